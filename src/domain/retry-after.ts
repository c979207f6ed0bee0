const SHORTEST_MS = 1_000;
const LONGEST_MS = 3_600_000;

const SECONDS = /^\d{1,9}$/;
const IMF_FIXDATE = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Wait that a `Retry-After` header asks for, clamped to 1 s..1 h; undefined when it asks for nothing intelligible.
 * `Date.parse` would take `-5` and `1.5` for dates in the past, so only whole seconds and IMF-fixdates count.
 * @param nowMs milliseconds since the epoch, to measure a date against
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const waitMs = SECONDS.test(value) ? Number(value) * 1_000 : (instantOf(value) ?? Number.NaN) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(LONGEST_MS, Math.max(SHORTEST_MS, waitMs));
}

function instantOf(value: string): number | undefined {
  const [, day, month = '', year, hour, minute, second] = IMF_FIXDATE.exec(value) ?? [];
  const at = Date.UTC(Number(year), MONTHS.indexOf(month), Number(day), Number(hour), Number(minute), Number(second));
  // An IMF-fixdate is exactly what toUTCString prints: a 31 November or a wrong weekday does not come back the same.
  return new Date(at).toUTCString() === value ? at : undefined;
}
