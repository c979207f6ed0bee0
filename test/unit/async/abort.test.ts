import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { unlessAborted, within } from '../../../src/async/abort.js';

const REASON = new Error('enough');

interface Story {
  /** Before it is waited for. */
  readonly before: readonly Event[];
  readonly after: readonly Event[];
  readonly ends: 'value' | 'failure' | 'reason';
  readonly isLate?: true;
}

type Event = 'resolve' | 'reject' | 'abort';

const STORIES: Readonly<Record<string, Story>> = {
  'a value that is there already': { before: ['resolve'], after: [], ends: 'value' },
  'a failure that is there already': { before: ['reject'], after: [], ends: 'failure' },
  'a value that comes': { before: [], after: ['resolve'], ends: 'value' },
  'a failure that comes': { before: [], after: ['reject'], ends: 'failure' },
  'an abort, and nothing else': { before: [], after: ['abort'], ends: 'reason' },
  'an abort before the value': { before: [], after: ['abort', 'resolve'], ends: 'reason', isLate: true },
  'an abort before the failure': { before: [], after: ['abort', 'reject'], ends: 'reason' },
  'an abort after the value': { before: [], after: ['resolve', 'abort'], ends: 'value' },
  'an abort after the failure': { before: [], after: ['reject', 'abort'], ends: 'failure' },
  'a signal that has aborted already, and nothing else': { before: ['abort'], after: [], ends: 'reason' },
  'a signal that has aborted already, then a value': {
    before: ['abort'],
    after: ['resolve'],
    ends: 'reason',
    isLate: true,
  },
  'a signal that has aborted already, then a failure': { before: ['abort'], after: ['reject'], ends: 'reason' },
  'a signal that has aborted already, with a value there': {
    before: ['resolve', 'abort'],
    after: [],
    ends: 'reason',
    isLate: true,
  },
};

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

suite('a promise is waited for unless a signal aborts', () => {
  for (const [name, { before, after, ends, isLate = false }] of Object.entries(STORIES)) {
    test(`${name}: ${ends}`, async () => {
      const controller = new AbortController();
      const late: string[] = [];
      const happen: Record<Event, () => void> = {
        resolve: () => undefined,
        reject: () => undefined,
        abort: () => {
          controller.abort(REASON);
        },
      };
      const promise = new Promise<string>((resolve, reject) => {
        happen.resolve = () => {
          resolve('value');
        };
        happen.reject = () => {
          reject(new Error('failure'));
        };
      });
      promise.catch(() => undefined);
      for (const event of before) happen[event]();
      const waiting = unlessAborted(promise, controller.signal, (value) => late.push(value)).then(
        (value: string) => value,
        (error: unknown) => (error === REASON ? 'reason' : 'failure'),
      );
      for (const event of after) {
        happen[event]();
        await turn();
      }
      assert.equal(await waiting, ends);
      await turn();
      assert.deepEqual(late, isLate ? ['value'] : []);
    });
  }

  test('a reason that is no error becomes the cause of one', async () => {
    const waiting = unlessAborted(new Promise(() => undefined), AbortSignal.abort('why'));
    await assert.rejects(waiting, (error) => error instanceof Error && error.cause === 'why');
  });
});

suite('work within a deadline', () => {
  const untilAborted = (bound: AbortSignal): Promise<never> =>
    unlessAborted(new Promise<never>(() => undefined), bound);
  const late = (): Error => new Error('late');

  test('ends by itself, by the deadline, or with the signal of its caller', async () => {
    assert.equal(await within(new AbortController().signal, 10_000, late, () => Promise.resolve('done')), 'done');
    await assert.rejects(within(new AbortController().signal, 0, late, untilAborted), /late/);
    const controller = new AbortController();
    const ended = within(controller.signal, 10_000, late, untilAborted);
    controller.abort(REASON);
    await assert.rejects(ended, /enough/);
  });

  test('is not begun for a signal that has aborted', async () => {
    let begun = false;
    const work = within(AbortSignal.abort(REASON), 10_000, late, () => Promise.resolve((begun = true)));
    await assert.rejects(work, /enough/);
    assert.equal(begun, false);
  });
});
