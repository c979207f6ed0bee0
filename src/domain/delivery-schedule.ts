import type { AttemptSchedule } from '../contract/run.js';

/**
 * Wait before the next attempt, or undefined when all of the schedule have failed.
 * @param failed attempts that have failed so far, from 1
 * @param random uniform in [0, 1): where in its spread a wait lies
 * @param retryAfterMs what the receiver asked for; can only lengthen the wait
 */
export function nextAttemptDelayMs(
  { waitsMs, jitterFromMs, jitter }: AttemptSchedule,
  failed: number,
  random: number,
  retryAfterMs = 0,
): number | undefined {
  const wait = waitsMs[failed];
  if (wait === undefined) return undefined;
  const spread = wait < jitterFromMs ? 0 : (2 * random - 1) * jitter;
  return Math.max(Math.round(wait * (1 + spread)), retryAfterMs);
}
