import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTurns } from '../../../src/sources/http/turns.js';

const idle = new AbortController().signal;

function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('two go at a time, the others in their order, also after a failure', async () => {
  const turns = createTurns(2);
  const gates = Array.from({ length: 5 }, gate);
  const begun: number[] = [];
  const ends = gates.map(({ passed }, place) =>
    turns.run(async () => {
      begun.push(place);
      await passed;
      if (place === 1) throw new Error('broken');
    }, idle),
  );
  const outcomes = Promise.allSettled(ends);
  for (const [place, expected] of [
    [1, [0, 1, 2]],
    [0, [0, 1, 2, 3]],
    [3, [0, 1, 2, 3, 4]],
  ] as const) {
    gates[place]?.open();
    await settled();
    assert.deepEqual(begun, expected);
  }
  for (const { open } of gates) open();
  assert.deepEqual(
    (await outcomes).map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  );
});

test('a request that is aborted while it waits leaves, and takes no turn from the next', async () => {
  const turns = createTurns(1);
  const { passed, open } = gate();
  const first = turns.run(() => passed, idle);
  const stop = new AbortController();
  const second = turns.run(() => Promise.resolve('never'), stop.signal);
  const third = turns.run(() => Promise.resolve('third'), idle);
  stop.abort(new Error('stopped'));
  await assert.rejects(second, /stopped/);
  open();
  await first;
  assert.equal(await third, 'third');
});
