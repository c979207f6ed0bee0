import type { TimeRange } from '../../contract/request/backfill.js';
import type { TimeGroup } from '../../contract/request/request.js';

const HOUR_MS = 3_600_000;

/** The shortest that a bucket can be: clocks that go forward take an hour from a day, a week and a February. */
const SHORTEST_MS: Readonly<Record<TimeGroup, number>> = {
  hour: HOUR_MS,
  day: 23 * HOUR_MS,
  week: (7 * 24 - 1) * HOUR_MS,
  month: (28 * 24 - 1) * HOUR_MS,
};

/**
 * Whether a slice is shorter than any bucket, so that its rows are of a part of one. Plain arithmetic: replayed code knows
 * no time zones, and a slice between 23 and 25 hours may be a whole day.
 */
export function isPartOfBucket({ from, to }: TimeRange, timeGroupBy: TimeGroup): boolean {
  return Date.parse(to) - Date.parse(from) < SHORTEST_MS[timeGroupBy];
}
