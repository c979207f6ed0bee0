const SHORTEST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;
/** Most queries end within it. */
const ATTENTIVE_MS = 60_000;

/**
 * Wait before the next poll: two seconds in the first minute, then a tenth of the time since submission. So a result is
 * seen within 2 s, or within 10 % of the query's own run time, while an hour costs about 73 polls; the source's
 * `Retry-After` wins.
 * @param sinceSubmissionMs time since the query was submitted
 * @param retryAfterMs what the source asked for, already clamped to 1 s..1 h
 */
export function nextPollDelayMs(sinceSubmissionMs: number, retryAfterMs?: number): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  if (sinceSubmissionMs < ATTENTIVE_MS) return SHORTEST_WAIT_MS;
  return Math.min(LONGEST_WAIT_MS, Math.round(sinceSubmissionMs / 10));
}

/**
 * The age of the query until which one activity polls it by Temporal's retries: they cost half of what a timer and an
 * activity cost, and cannot be woken. Never past the deadline, where the workflow makes the last poll itself.
 */
export function attentiveUntilMs(sinceSubmissionMs: number, remainingMs: number): number {
  return Math.min(ATTENTIVE_MS, sinceSubmissionMs + remainingMs - SHORTEST_WAIT_MS);
}
