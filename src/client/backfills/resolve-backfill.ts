import { slicesOfBackfill, type BackfillSlices } from '../../calendar/backfill-slices.js';
import { labelOfRange, WindowError } from '../../calendar/windows.js';
import { parseBackfillRequest, type ParsedBackfill } from '../../contract/request/backfill-schema.js';
import type { BackfillRequest, TimeRange } from '../../contract/request/backfill.js';
import type { RequestProblem } from '../../contract/failures.js';
import { backfillIdOf, destinationText, processingOf, sourceIdentity } from '../../contract/values/ids.js';
import { BACKFILL_WORKFLOW } from '../../contract/values/names.js';
import { invalidRequestError } from '../error.js';
import { NO_ORG, type RequestDefaults } from '../runs/resolve-request.js';
import type { Startable } from '../runs/start-workflow.js';

/** The request of a backfill with absolute dates, its slices, and the ids that follow from them. */
export interface ResolvedBackfill extends Startable {
  readonly request: BackfillRequest;
  readonly timeZone: string;
  readonly range: TimeRange;
  /** In the order in which they are run. */
  readonly slices: readonly TimeRange[];
  readonly width: number;
}

/** Checks a request and makes its dates absolute, so that the same request has the same id. Throws `InvalidRequest`. */
export function resolveBackfill(raw: unknown, defaults: RequestDefaults, nowMs: number): ResolvedBackfill {
  const parsed = parseBackfillRequest(raw);
  if (!parsed.ok) throw invalidRequestError(parsed.problems);
  const { from, to, slices, lookback, window, ...asked } = parsed.request;
  const { org, dates } = placed(parsed.request, defaults, nowMs);
  const { timeZone, range, listed } = dates;
  const cut = [...dates.cut()];
  const cutRange = rangeOf(cut);
  const request = {
    ...asked,
    org,
    timeZone,
    ...(window?.settle !== undefined && { window: { settle: window.settle } }),
    ...(listed.length > 0 && { slices: [...listed] }),
    ...cutRange,
  };
  const { query, sliceBy, width } = asked;
  const destination = destinationText(asked.destination ?? defaults.destination);
  const source = sourceIdentity(asked.source);
  const subject = {
    ...{ org, source, destination, query, timeZone, range, slices: listed },
    processing: processingOf(asked, source),
    ...(cutRange && { cut: { ...cutRange, sliceBy } }),
  };
  return {
    workflowType: BACKFILL_WORKFLOW,
    org,
    from: range.from,
    window: { ...range, timeZone, label: labelOfRange(range, timeZone) },
    request,
    timeZone,
    range,
    slices: [...listed, ...cut],
    width,
    summary: `${org}: ${asked.name ?? query.reportType} ${labelOfRange(range, timeZone)} → ${destination}, window by window`,
    workflowId: (again) => backfillIdOf(subject, again),
  };
}

function placed(
  request: ParsedBackfill,
  defaults: RequestDefaults,
  nowMs: number,
): { readonly org: string; readonly dates: BackfillSlices } {
  const problems: RequestProblem[] = [];
  const org = request.org ?? defaults.org;
  if (org === undefined) problems.push(NO_ORG);
  const dates = datesOf(request, nowMs, problems);
  if (org === undefined || dates === undefined) throw invalidRequestError(problems);
  return { org, dates };
}

function datesOf(request: ParsedBackfill, nowMs: number, problems: RequestProblem[]): BackfillSlices | undefined {
  try {
    return slicesOfBackfill(request, nowMs);
  } catch (error) {
    if (!(error instanceof WindowError)) throw error;
    problems.push({ path: error.path, message: error.message });
    return undefined;
  }
}

/** Of slices that follow one another. */
function rangeOf(slices: readonly TimeRange[]): TimeRange | undefined {
  const [first, last] = [slices[0], slices.at(-1)];
  return first && last && { from: first.from, to: last.to };
}
