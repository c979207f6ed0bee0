import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { createMemory } from '../../../src/composition/memory.js';
import type { RowPipeline } from '../../../src/ports/index.js';

const { signal } = new AbortController();

/** Work that counts how many of it are under way, and ends when it is told. */
function counted() {
  const waiting: (() => void)[] = [];
  const work = async (): Promise<never> => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    throw new Error('done');
  };
  return { work, underWay: () => waiting.length, end: () => waiting.shift()?.() };
}

describe('the memory of a process', () => {
  it('lets four tables be prepared at once, and the fifth when one is', async () => {
    const { work, underWay, end } = counted();
    const nothing = {} as RowPipeline;
    const pipeline = createMemory().bounded({ ...nothing, table: work });
    const output = { container: 'c', key: 'k' } as unknown as Parameters<RowPipeline['table']>[0];
    const reading = {} as Parameters<RowPipeline['table']>[1];
    const tables = Array.from({ length: 5 }, () => pipeline.table(output, reading, signal).catch(() => undefined));
    await setImmediate();
    assert.equal(underWay(), 4);
    end();
    await tables[0];
    await setImmediate();
    assert.equal(underWay(), 4, 'one has ended, and the fifth has begun');
    for (let each = 0; each < 4; each += 1) end();
    await Promise.all(tables);
  });

  it('has pages of four tables for destinations, which keep no run from its other steps', async () => {
    const { turns } = createMemory();
    let open = 0;
    const rows = turns.asTaken(async function* () {
      open += 1;
      for (;;) yield await Promise.resolve(1);
    });
    const slow = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const batches = rows(signal)[Symbol.asyncIterator]();
        await batches.next();
        return batches;
      }),
    );
    const fifth = rows(signal)[Symbol.asyncIterator]().next();
    await setImmediate();
    assert.equal(open, 4);
    assert.equal(await turns.inTurn(() => Promise.resolve('transformed'), signal), 'transformed');
    await slow[0]?.return?.();
    await fifth;
    assert.equal(open, 5, 'a table that nobody reads on has given its turn back');
  });

  it('ends the wait of a table with its attempt', async () => {
    const { turns } = createMemory();
    const rows = turns.asTaken(async function* () {
      for (;;) yield await Promise.resolve(1);
    });
    for (let each = 0; each < 4; each += 1) await rows(signal)[Symbol.asyncIterator]().next();
    const attempt = new AbortController();
    const waiting = rows(attempt.signal)[Symbol.asyncIterator]().next();
    attempt.abort(new Error('cancelled'));
    await assert.rejects(waiting, /cancelled/);
  });
});
