import { parseBackfillRequest, type ParsedBackfill } from '../../contract/request/backfill-schema.js';
import { parseRequest } from '../../contract/request/request-schema.js';
import type { AggregateRequest } from '../../contract/request/request.js';
import { invalidRequestError } from '../error.js';
import { NO_ORG, type RequestDefaults } from '../runs/resolve-request.js';

/** A request with a relative window. With `lookback`, `width` says how many windows are read side by side. */
export type ScheduledRequest = AggregateRequest & { readonly width?: number | undefined };

interface Placing {
  readonly org: RequestDefaults['org'];
  readonly lookback: number;
  /** The zone that was asked for beside the request. */
  readonly zone: string | undefined;
  /** Where neither names one; UTC unless given. */
  readonly fallback?: string;
}

/** The request as the schedule keeps it: checked, with every default, its organisation and its zone. Throws `InvalidRequest`. */
export function scheduledRequest(
  raw: unknown,
  { org: defaultOrg, lookback, zone, fallback = 'UTC' }: Placing,
): { readonly request: ScheduledRequest; readonly relative: string; readonly timeZone: string } {
  const request = lookback === 1 ? readOne(raw) : readMany(raw, lookback);
  const { window } = request;
  const org = request.org ?? defaultOrg;
  if (org === undefined) throw invalidRequestError([NO_ORG]);
  const own = window.timeZone ?? request.timeZone;
  if (zone !== undefined && own !== undefined && zone !== own) {
    const message = `"${zone}" is not the time zone of the windows, ${own}: with two zones, daylight saving would skip a day`;
    throw invalidRequestError([{ path: 'timeZone', message }]);
  }
  const timeZone = own ?? zone ?? fallback;
  return { request: { ...request, org, window: { ...window, timeZone } }, relative: window.relative, timeZone };
}

type Relative<T> = T & { readonly window: { readonly relative: string; readonly timeZone?: string | undefined } };

function readOne(raw: unknown): Relative<ScheduledRequest> {
  const parsed = parseRequest(raw);
  if (!parsed.ok) throw invalidRequestError(parsed.problems);
  return withRelative(parsed.request);
}

function readMany(raw: unknown, lookback: number): Relative<ScheduledRequest> {
  // Dates are the likeliest mistake: they get the same sentence here.
  const single = parseRequest(raw);
  if (single.ok) withRelative(single.request);
  const parsed = parseBackfillRequest(typeof raw === 'object' && raw !== null ? { ...raw, lookback } : raw);
  if (!parsed.ok) throw invalidRequestError(parsed.problems);
  return withRelative(withoutSlices(parsed.request));
}

/** The schema keeps them away from a relative window, or fills them in without a use. */
function withoutSlices({ lookback, from, to, slices, sliceBy, ...request }: ParsedBackfill): ScheduledRequest {
  return request;
}

function withRelative<T extends ScheduledRequest>(request: T): Relative<T> {
  const { window } = request;
  if (window?.relative !== undefined) return { ...request, window: { ...window, relative: window.relative } };
  const message =
    'is missing: with dates, a schedule would always read the same window; use a relative window like "yesterday"';
  throw invalidRequestError([{ path: 'window.relative', message }]);
}
