import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { TimeGroup } from '../../../src/contract/request/request.js';
import { isPartOfBucket } from '../../../src/workflows/backfill/backfill-state.js';

const HOUR_MS = 3_600_000;
const DAY = 24;

function isPart(hours: number, timeGroupBy: TimeGroup): boolean {
  const to = new Date(Date.parse('2026-03-01T00:00:00Z') + hours * HOUR_MS).toISOString();
  return isPartOfBucket({ from: '2026-03-01T00:00:00Z', to }, timeGroupBy);
}

suite('a slice is a part of a bucket where it is shorter than any of them', () => {
  for (const [timeGroupBy, shortest] of [
    ['hour', 1],
    ['day', 23],
    ['week', 7 * DAY - 1],
    ['month', 28 * DAY - 1],
  ] as const) {
    test(`${timeGroupBy}: from ${shortest} hours on it may be a whole one, on a day on which clocks go forward`, () => {
      assert.equal(isPart(shortest, timeGroupBy), false);
      assert.equal(isPart(shortest - 0.5, timeGroupBy), true);
    });
  }
});
