const FIRST_POLL_MS = 2_000;
const SHORTEST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;

/**
 * Wait before the next poll. A tenth of the time since submission, so that a result is seen within 10 % of the query's
 * own run time while an hour costs about 65 polls; the source's `Retry-After` wins.
 * @param sinceSubmissionMs time since the query was submitted
 * @param retryAfterMs what the source asked for, already clamped to 1 s..1 h
 */
export function nextPollDelayMs(sinceSubmissionMs: number, retryAfterMs?: number): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  if (sinceSubmissionMs < FIRST_POLL_MS) return FIRST_POLL_MS;
  return Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, Math.round(sinceSubmissionMs / 10)));
}
