const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits before attempts 1..10 of Standard Webhooks 1.0.0: about three days in all. */
const WAITS_MS = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

const JITTER_FROM_MS = 5 * MINUTE;
const JITTER = 0.2;

/**
 * Wait before the next attempt, or undefined when all ten have failed.
 * @param failed attempts that have failed so far, from 1
 * @param random uniform in [0, 1): spreads waits of 5 minutes and more by ± 20 %
 * @param retryAfterMs what the receiver asked for; can only lengthen the wait
 */
export function nextAttemptDelayMs(failed: number, random: number, retryAfterMs = 0): number | undefined {
  const wait = WAITS_MS[failed];
  if (wait === undefined) return undefined;
  const spread = wait < JITTER_FROM_MS ? 0 : (2 * random - 1) * JITTER;
  return Math.max(Math.round(wait * (1 + spread)), retryAfterMs);
}
