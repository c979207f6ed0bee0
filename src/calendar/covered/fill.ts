import type { BackfillRequest } from '../../contract/request/backfill.js';
import { parseBackfillRequest } from '../../contract/request/backfill-schema.js';
import type { WindowListing } from '../../contract/result/coverage.js';
import { SLICES_MOST } from '../../contract/limits.js';
import type { SeriesFacts, WindowFacts } from '../../ports/index.js';
import type { DateUnit } from '../date-text.js';
import { slicesOf } from '../slices.js';
import { ROWS_SAMPLED } from '../../contract/limits.js';

type TimeRange = Pick<WindowListing, 'from' | 'to'>;

const DAY_MS = 86_400_000;
const GAPS: readonly WindowListing['state'][] = ['missing', 'late', 'failed'];

/** The gaps among the windows of a series, and the backfills that close them: windows as long as those that it has. */
export function fillRequests(
  facts: SeriesFacts,
  windows: readonly WindowListing[],
): { readonly gaps: readonly WindowListing[]; readonly requests: readonly BackfillRequest[] } {
  const gaps = windows.filter(({ state }) => GAPS.includes(state));
  const { org, source, destination, report, processing: read, timeZone } = facts;
  if (report === null || read === null || report.filter === null) return { gaps, requests: [] };
  const { maxRows, ...others } = read;
  // Of a default nobody has asked for a sample: files and tables get all rows.
  const processing = maxRows === ROWS_SAMPLED ? others : read;
  const { reportType, metrics: metric, dimensions: dimension, filter, timeGroupBy } = report;
  const query = { reportType, metric, dimension, filter, timeGroupBy };
  const sliceBy = usualLength(facts.windows);
  const slices = neighbours(gaps).flatMap((range) => [...slicesOf({ ...range, sliceBy, timeZone })]);
  const requests = Array.from({ length: Math.ceil(slices.length / SLICES_MOST) }, (_, index) => {
    const some = slices.slice(index * SLICES_MOST, (index + 1) * SLICES_MOST);
    return parseBackfillRequest({ org, source, destination, timeZone, query, processing, slices: some });
  });
  return { gaps, requests: requests.flatMap((parsed) => (parsed.ok ? [parsed.request] : [])) };
}

/** Gaps that follow one another as one: a failed day within a missing month is no border. */
function neighbours(gaps: readonly TimeRange[]): readonly TimeRange[] {
  const ranges: TimeRange[] = [];
  for (const { from, to } of gaps) {
    const last = ranges.at(-1);
    if (last?.to === from) ranges[ranges.length - 1] = { from: last.from, to };
    else ranges.push({ from, to });
  }
  return ranges;
}

/** Day, week or month, as most of the windows are long. */
function usualLength(windows: readonly WindowFacts[]): DateUnit {
  const counts = { day: 0, week: 0, month: 0 };
  for (const { fromMs, toMs } of windows) {
    const days = (toMs - fromMs) / DAY_MS;
    if (days > 27) counts.month += 1;
    else if (days > 6) counts.week += 1;
    else counts.day += 1;
  }
  if (counts.month > counts.week && counts.month > counts.day) return 'month';
  return counts.week > counts.day ? 'week' : 'day';
}
