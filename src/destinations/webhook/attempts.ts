import type { AttemptSchedule } from '../../contract/run.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Attempts 1..10 of Standard Webhooks 1.0.0: about three days in all. */
export const WEBHOOK_ATTEMPTS: AttemptSchedule = {
  waitsMs: [0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
  jitterFromMs: 5 * MINUTE,
  jitter: 0.2,
};
