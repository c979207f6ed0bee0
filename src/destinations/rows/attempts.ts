import type { AttemptSchedule } from '../../contract/run.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Attempts at a bucket or a database: about three days in all. */
export const ROW_ATTEMPTS: AttemptSchedule = {
  waitsMs: [0, 5_000, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 20 * HOUR, 24 * HOUR],
  jitterFromMs: 5 * MINUTE,
  jitter: 0.2,
};

/** All rows are one part: the destination cuts them as it needs. */
export const ONE_PART = { maxRows: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER };
