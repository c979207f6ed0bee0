import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { foldIn, type Fold } from '../../../src/domain/alert-fold.js';

const HOUR_MS = 3_600_000;

/** Which of the repetitions, numbered from 1, are told when they come at these hours. */
function told(hours: readonly number[]): readonly number[] {
  let fold: Fold | undefined;
  return hours.flatMap((hour, index) => {
    const { isTold, ...next } = foldIn(fold, hour * HOUR_MS);
    fold = next;
    return isTold ? [index + 1] : [];
  });
}

const every = (hours: number, count: number): readonly number[] => Array.from({ length: count }, (_, n) => n * hours);

suite('repetitions of one matter', () => {
  test('are told the first and the tenth time, however fast they come', () => {
    assert.deepEqual(told(every(0.01, 100)), [1, 10]);
  });

  test('that come every hour are told at first, the tenth time, and then about once a day', () => {
    assert.deepEqual(told(every(1, 80)), [1, 10, 32, 54, 76]);
  });

  test('that come every night are told every night, also one that comes earlier than the one before', () => {
    assert.deepEqual(told([0, 23.5, 47, 71.5, 95]), [1, 2, 3, 4, 5]);
  });

  test('count from one again after two days without one', () => {
    assert.deepEqual(told([0, 1, 2, 60, 61]), [1, 4]);
  });
});
