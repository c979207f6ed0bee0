import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { WEBHOOK_ATTEMPTS } from '../../../src/destinations/webhook/attempts.js';
import { nextAttemptDelayMs } from '../../../src/domain/delivery-schedule.js';
import { nextPollDelayMs } from '../../../src/domain/poll-cadence.js';

/** Poll instants of a query, as the workflow makes them. */
function pollsUntil(endMs: number): number[] {
  const polls: number[] = [];
  for (let at = nextPollDelayMs(0); ; at += nextPollDelayMs(at)) {
    polls.push(at);
    if (at >= endMs) return polls;
  }
}

describe('the poll cadence', () => {
  it('sees a result within 10 % of the query’s own run time, or 2 s, or 5 min', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 * 3_600_000 }), (readyMs) => {
        const seen = pollsUntil(readyMs).at(-1) ?? 0;
        assert.ok(seen - readyMs <= Math.max(2_000, readyMs / 10), `ready at ${readyMs}, seen at ${seen}`);
        assert.ok(seen - readyMs <= 300_000);
      }),
    );
  });

  it('costs about 65 polls an hour instead of 1,200, and at most 140 in five hours', () => {
    const hour = pollsUntil(3_600_000).length;
    assert.ok(hour >= 55 && hour <= 70, `${hour} polls`);
    assert.ok(pollsUntil(5 * 3_600_000).length <= 140);
  });

  it('never waits less than 2 s or more than 5 min of its own accord', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 * 86_400_000 }), (since) => {
        const wait = nextPollDelayMs(since);
        assert.ok(wait >= 2_000 && wait <= 300_000);
        if (since >= 20_000 && since <= 3_000_000) assert.ok(Math.abs(wait - since / 10) <= 0.5);
      }),
    );
  });

  it('does what Retry-After says', () => {
    assert.equal(nextPollDelayMs(3_000_000, 1_000), 1_000);
    assert.equal(nextPollDelayMs(0, 3_600_000), 3_600_000);
  });
});

describe('the delivery schedule', () => {
  const waits = (random: number): (number | undefined)[] =>
    Array.from({ length: 10 }, (_, index) => nextAttemptDelayMs(WEBHOOK_ATTEMPTS, index + 1, random));

  it('is that of Standard Webhooks: ten attempts in 75 h 35 min 5 s', () => {
    const seconds = waits(0.5).map((wait) => (wait ?? 0) / 1_000);
    assert.deepEqual(seconds, [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, 0]);
    assert.equal(nextAttemptDelayMs(WEBHOOK_ATTEMPTS, 10, 0.5), undefined);
    assert.equal(
      seconds.reduce((sum, wait) => sum + wait),
      75 * 3_600 + 35 * 60 + 5,
    );
  });

  it('spreads waits of five minutes and more by a fifth, and the first one not at all', () => {
    assert.deepEqual(
      [nextAttemptDelayMs(WEBHOOK_ATTEMPTS, 1, 0), nextAttemptDelayMs(WEBHOOK_ATTEMPTS, 1, 0.999)],
      [5_000, 5_000],
    );
    assert.deepEqual(
      [nextAttemptDelayMs(WEBHOOK_ATTEMPTS, 2, 0), nextAttemptDelayMs(WEBHOOK_ATTEMPTS, 2, 1)],
      [240_000, 360_000],
    );
  });

  it('is only ever lengthened by Retry-After', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 0, max: 3_600_000 }),
        (failed, chance, retryAfter) => {
          const own = nextAttemptDelayMs(WEBHOOK_ATTEMPTS, failed, chance) ?? 0;
          assert.equal(nextAttemptDelayMs(WEBHOOK_ATTEMPTS, failed, chance, retryAfter), Math.max(own, retryAfter));
        },
      ),
    );
  });
});
