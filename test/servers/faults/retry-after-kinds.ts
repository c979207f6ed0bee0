import { OPERATIONS, type Operation } from '../../../simulator/faults/fault.js';
import type { RetryAfter } from '../../../simulator/faults/fault.js';
import { CHANCE, type Expected, type NetworkKind } from './matrix.js';

type Asks = NonNullable<NetworkKind['asks']> | null;

/** What each step waits where nobody asks for anything. */
const OF_ITSELF: Readonly<Record<Operation, number>> = {
  token: 1_000 + CHANCE * 1_000,
  submit: 2_000,
  poll: 2_000,
  page: 2_000,
  webhook: 5_000,
};

/** The wait that must be found in the run's history, from..to. A receiver can only lengthen the wait of its schedule. */
export function waitFor(asks: Asks, operation: Operation): readonly [number, number] {
  const least = OF_ITSELF[operation];
  // A tenth of the query's age, once that is more: a slow machine's runs are older.
  if (asks === null) return [least, operation === 'poll' || operation === 'page' ? 5_500 : least];
  return operation === 'webhook' ? [Math.max(least, asks[0]), Math.max(least, asks[1])] : asks;
}

const HOUR: readonly [number, number] = [3_600_000, 3_600_000];
const SECOND: readonly [number, number] = [1_000, 1_000];

const KINDS: readonly (readonly [what: string, asked: RetryAfter | undefined, asks: Asks])[] = [
  ['6', { seconds: 6 }, [6_000, 6_000]],
  ['0', { seconds: 0 }, SECOND],
  ['of a day', { seconds: 86_400 }, HOUR],
  // The source's clock is a moment behind the worker's when the answer is read, and the header has whole seconds.
  ['an IMF-fixdate', { dateInSeconds: 8 }, [3_000, 8_000]],
  ['a date that is past', { dateInSeconds: -60 }, SECOND],
  ['-5', { seconds: -5 }, null],
  ['1.5', { literal: '1.5' }, null],
  ['an RFC 850 date', { literal: 'Thursday, 06-Nov-36 08:49:37 GMT' }, null],
  ['an asctime date', { literal: 'Thu Nov  6 08:49:37 2036' }, null],
  ['a word', { literal: 'soon' }, null],
  ['with too many digits', { literal: '12345678901234567890' }, null],
  ['empty', { literal: '' }, null],
  ['sent twice', { each: ['600', '900'] }, null],
  ['absent', undefined, null],
];

export const RETRY_AFTER_KINDS: readonly NetworkKind[] = KINDS.map(([what, retryAfter, asks]) => ({
  kind: `429, Retry-After ${what}`,
  inject: { fault: { kind: 'status', status: 429, ...(retryAfter && { retryAfter }) }, times: 1 },
  asks,
  // Nobody waits for it: the test ends that wait, or the run.
  apart: asks === HOUR,
  cells: Object.fromEntries(OPERATIONS.map((operation) => [operation, cellOf(asks, operation)])),
}));

function cellOf(asks: Asks, operation: Operation): Expected {
  const wait =
    asks === null
      ? `again after ${{ token: '1–2 s', submit: '2 s', poll: '2 s', page: '2 s', webhook: '5 s' }[operation]}`
      : `again after ${textOf(asks, operation)}`;
  // A poll can be woken; a step in back-off, and a delivery, cannot: the test ends those.
  const tooLong = asks === HOUR && (operation === 'token' || operation === 'webhook');
  const seed =
    asks !== null && asks[0] === 6_000 && operation === 'poll'
      ? { seed: 'a 429 is waited for, as the source asks' }
      : {};
  return { ends: tooLong ? 'cancelled' : 'completed', bound: wait, ...seed };
}

function textOf(asks: readonly [number, number], operation: Operation): string {
  const [, longest] = asks;
  if (asks === HOUR) return '1 h';
  return operation === 'webhook' && longest < OF_ITSELF.webhook ? '5 s' : `${longest / 1_000} s`;
}
