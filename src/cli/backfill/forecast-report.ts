import { labelOfRange } from '../../calendar/windows.js';
import type { BackfillForecast } from '../../client.js';
import { countOf, countText } from '../../text/number-text.js';
import type { Paint } from '../terminal/paint.js';
import { renderSections, type Section } from '../terminal/report-sections.js';
import { durationText } from '../../text/time-text.js';

const USUAL_COLUMNS = 100;
/** Slices that are named at either end. */
const NAMED = 3;

/** What a backfill would do, for a person: lines of text without a line end after the last. */
export function renderForecast(
  forecast: BackfillForecast,
  { columns = USUAL_COLUMNS, paint }: { readonly columns: number | undefined; readonly paint: Paint },
): string {
  const head = { says: 'dry run: nothing was started', style: 'yellow', id: forecast.workflowId } as const;
  return renderSections(head, [range(forecast), slices(forecast), calls(forecast), time(forecast)], {
    width: columns,
    paint,
  });
}

function range({ range: { from, to }, timeZone }: BackfillForecast): Section {
  const label = labelOfRange({ from, to }, timeZone);
  return { label: 'range', texts: [`${label} (${timeZone})`, `from ${from} to before ${to}`] };
}

function slices({ total, slices: all }: BackfillForecast): Section {
  const labels = all.map(({ label }) => label);
  const between = labels.length - 2 * NAMED;
  const shown =
    between < 2 ? labels : [...labels.slice(0, NAMED), `… ${countText(between)} more …`, ...labels.slice(-NAMED)];
  return { label: 'slices', texts: [countText(total), ...shown] };
}

function calls({ calls: { tokens, submissions, polls, deliveries } }: BackfillForecast): Section {
  const ofSource = [countOf(submissions, 'query', 'queries'), countOf(polls, 'poll'), countOf(tokens, 'token')];
  return {
    label: 'calls',
    texts: [
      `about ${ofSource.join(', ')} to the source, and ${countOf(deliveries, 'delivery', 'deliveries')}`,
      'more if results have several pages or parts, or a call is retried',
    ],
  };
}

function time({ width, estimate: { sliceMs, totalMs, runs } }: BackfillForecast): Section {
  const each = durationText(sliceMs);
  const basis =
    runs === 0
      ? `assumption: ${each} per slice; no run of this organisation has completed yet`
      : `${each} per slice, the median of the latest ${countOf(runs, 'run')}`;
  return { label: 'time', texts: [`about ${durationText(totalMs)}, ${countText(width)} in parallel`, basis] };
}
