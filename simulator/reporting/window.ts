import type { LegWindow } from './legs/book.js';
import type { ReportingSettings } from './settings.js';

/** A tenant was seen to refuse offsets: only a literal `Z` is taken. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/;

/** `startDate` and `endDate` of a question, or why it is refused. */
export function windowIn(
  query: URLSearchParams,
  { endInclusive }: ReportingSettings,
  nowMs: number,
): LegWindow | { readonly refused: readonly [status: number, reason: string] } {
  const start = query.get('startDate') ?? '';
  const end = query.get('endDate') ?? '';
  if (!INSTANT.test(start) || !INSTANT.test(end)) {
    return { refused: [400, 'startDate and endDate must be written yyyy-MM-ddTHH:mm:ss.SSSZ'] };
  }
  const window = { fromMs: Date.parse(start), toMs: Date.parse(end), endInclusive, nowMs };
  if (!(window.fromMs < window.toMs)) return { refused: [400, 'endDate must be after startDate'] };
  return window;
}
