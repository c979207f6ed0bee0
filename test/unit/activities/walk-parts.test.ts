import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { walkParts } from '../../../src/activities/delivery/walk-parts.js';
import type { PartAnswer } from '../../../src/ports/index.js';
import { part } from './sync-webhook-world.js';

const OK: PartAnswer = { delivered: true, status: 200, reason: '200', permanent: false };
const failing = (status: number, change: Partial<PartAnswer> = {}): PartAnswer => ({
  delivered: false,
  status,
  reason: String(status),
  permanent: false,
  ...change,
});

/** Walks twenty parts, of which `answers` says what each gets; the others are taken. */
async function walked(concurrency: number, answers: Readonly<Record<number, PartAnswer>>) {
  const due = Array.from({ length: 20 }, (_, index) => part(index));
  const begun: number[] = [];
  const recorded: number[] = [];
  let underWay = 0;
  let most = 0;
  const result = await walkParts({
    due,
    concurrency,
    async handOver({ part: index }) {
      begun.push(index);
      underWay += 1;
      most = Math.max(most, underWay);
      await setImmediate();
      underWay -= 1;
      return answers[index] ?? OK;
    },
    record: ({ part: index }) => {
      recorded.push(index);
      return Promise.resolve();
    },
  });
  return { ...result, begun, recorded, most };
}

describe('a walk over parts', () => {
  it('has as many under way as may be, and each once', async () => {
    const four = await walked(4, {});
    assert.deepEqual([four.most, four.begun.length, four.failure], [4, 20, undefined]);
    assert.equal(new Set(four.recorded).size, 20);
  });

  it('one at a time keeps their order and stops at the first failure', async () => {
    const one = await walked(1, { 3: failing(500) });
    assert.deepEqual([one.most, one.begun, one.failure?.part, one.progressed], [1, [0, 1, 2, 3], 3, true]);
  });

  it('starts no further part after a 429, a 503 or an answer for good, and records what was under way', async () => {
    for (const answer of [failing(429, { retryAfterMs: 9_000 }), failing(503), failing(410, { permanent: true })]) {
      const stopped = await walked(4, { 2: answer });
      assert.ok(stopped.begun.length <= 8, `${stopped.begun.length} were begun`);
      assert.equal(stopped.recorded.length, stopped.begun.length);
      assert.deepEqual([stopped.failure?.part, stopped.failure?.reason], [2, answer.reason]);
    }
  });

  it('goes on after a single failure, and gives up after four without a success between', async () => {
    const passing = await walked(4, { 2: failing(500), 9: failing(500) });
    assert.deepEqual([passing.begun.length, passing.failure?.part], [20, 2]);
    const down = await walked(4, Object.fromEntries(Array.from({ length: 20 }, (_, index) => [index, failing(500)])));
    assert.ok(down.begun.length <= 7, `${down.begun.length} were begun`);
    assert.equal(down.progressed, undefined);
  });

  it('waits as long as the most patient answer asks', async () => {
    const answers = { 0: failing(500), 1: failing(503, { retryAfterMs: 60_000 }) };
    assert.equal((await walked(4, answers)).failure?.retryAfterMs, 60_000);
  });

  it('ends with what a part threw, once the others have ended', async () => {
    let ended = 0;
    const lost = new Error('the lock is lost');
    const walk = walkParts({
      due: [part(0), part(1), part(2)],
      concurrency: 3,
      async handOver({ part: index }) {
        if (index === 0) throw lost;
        await setImmediate();
        ended += 1;
        return OK;
      },
      record: () => Promise.resolve(),
    });
    await assert.rejects(walk, lost);
    assert.equal(ended, 2);
  });
});
