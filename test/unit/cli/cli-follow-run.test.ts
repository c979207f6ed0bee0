import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { followRun, type Seen } from '../../../src/cli/runs/follow-run.js';
import { JourneyMetricsError } from '../../../src/client/error.js';
import type { Progress } from '../../../src/contract/result/progress.js';

const SEEN: Progress = {
  phase: 'waiting',
  polls: 3,
  pages: 0,
  rows: 0,
  deliveryAttempts: 0,
  partsDelivered: 0,
  parts: 0,
};
const away = new JourneyMetricsError('TemporalUnavailable', 'away');
const never = new Promise<never>(() => undefined);
const waiting = { signal: new AbortController().signal, now: () => 0 };

test('asks for no progress where nobody watches', async () => {
  const progress = mock.fn(() => Promise.resolve(SEEN));
  assert.equal(await followRun({ progress, result: () => Promise.resolve('done') }, waiting), 'done');
  assert.equal(progress.mock.callCount(), 0);
});

test('shows the progress while it waits, and nothing any more once it has the result', async () => {
  const shown: Seen<Progress>[] = [];
  const { promise, resolve } = withResolvers<string>();
  const show = (seen: Seen<Progress>): void => {
    shown.push(seen);
    if (seen === SEEN) resolve('done');
  };
  const run = { progress: () => Promise.resolve(SEEN), result: () => promise };
  assert.equal(await followRun(run, { ...waiting, show }), 'done');
  assert.deepEqual(shown, [undefined, SEEN]);
});

test('says so when no worker answers', async () => {
  const { promise, resolve } = withResolvers<string>();
  const show = (seen: Seen<Progress>): void => {
    if (seen === 'no answer') resolve('done');
  };
  assert.equal(
    await followRun({ progress: () => Promise.reject(away), result: () => promise }, { ...waiting, show }),
    'done',
  );
});

test('returns only when no query is under way, so that the client can be closed', async () => {
  const { promise, resolve } = withResolvers<Progress>();
  let answered = false;
  const run = { progress: () => promise, result: () => Promise.resolve('done') };
  const following = followRun(run, { ...waiting, show: () => undefined }).then(() => {
    assert.ok(answered, 'it returned before the query was answered');
  });
  setImmediate(() => {
    answered = true;
    resolve(SEEN);
  });
  await following;
});

test('stops waiting with the reason of the signal, whatever is under way', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  const following = followRun(
    { progress: () => never, result: () => never },
    { ...waiting, signal: stop.signal, show: () => undefined },
  );
  stop.abort(reason);
  await assert.rejects(following, reason);
  await assert.rejects(
    followRun({ progress: () => never, result: () => never }, { ...waiting, signal: stop.signal }),
    reason,
  );
});

test('rejects as the run failed', async () => {
  const failure = new JourneyMetricsError('QueryRejected', 'refused');
  const run = { progress: () => Promise.resolve(SEEN), result: () => Promise.reject(failure) };
  await assert.rejects(followRun(run, { ...waiting, show: () => undefined }), failure);
});

test('waits through a restart of Temporal', async (t) => {
  const clock = fakeClock(t.mock.timers);
  const answers = [Promise.reject(away), Promise.reject(away), Promise.resolve('done')];
  answers.forEach((answer) => void answer.catch(() => undefined));
  const result = mock.fn(() => answers.shift() ?? never);
  const following = followRun({ progress: () => never, result }, { ...waiting, now: Date.now });
  await clock.until(following);
  assert.equal(await following, 'done');
});

test('gives up when Temporal stays away, after minutes', async (t) => {
  const clock = fakeClock(t.mock.timers);
  const result = mock.fn(() => Promise.reject(away));
  const following = followRun({ progress: () => never, result }, { ...waiting, now: Date.now });
  following.catch(() => undefined);
  await clock.until(following);
  await assert.rejects(following, away);
  assert.ok(Date.now() > 5 * 60_000 && Date.now() < 6 * 60_000, String(Date.now()));
});

function fakeClock(timers: typeof mock.timers): { until(settled: Promise<unknown>): Promise<void> } {
  timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  return {
    async until(settled) {
      const over = new AbortController();
      const end = (): void => {
        over.abort();
      };
      settled.then(end, end);
      for (let seconds = 0; seconds < 1_000 && !over.signal.aborted; seconds += 1) {
        timers.tick(1_000);
        await new Promise(setImmediate);
      }
      assert.ok(over.signal.aborted, 'it still waits');
    },
  };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
