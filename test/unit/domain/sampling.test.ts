import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evenSample } from '../../../src/domain/statistics/sampling.js';

function sampled(of: number, most: number): number[] {
  const next = evenSample(of, most);
  return Array.from({ length: of }, (_, row) => row).filter(() => next());
}

test('keeps the rows ⌊i × of ÷ kept⌋: exact in number, evenly spaced, the first among them', () => {
  fc.assert(
    fc.property(fc.nat(3000), fc.integer({ min: 1, max: 3500 }), (of, most) => {
      const kept = Math.min(of, most);
      assert.deepEqual(
        sampled(of, most),
        Array.from({ length: kept }, (_, i) => Math.floor((i * of) / kept)),
      );
    }),
  );
});

test('seed: 5,001 to 9,999 rows are sampled to 5,000 rows, where the seed kept them all', () => {
  for (const of of [5_001, 7_500, 9_999]) assert.equal(sampled(of, 5_000).length, 5_000);
});

test('seed: 14,999 rows are sampled to 5,000, where the seed kept 7,500', () => {
  assert.equal(sampled(14_999, 5_000).length, 5_000);
});

test('seed: a sample of no rows at all is empty, where the seed divided by zero', () => {
  assert.deepEqual(sampled(10, 0), []);
  assert.deepEqual(sampled(0, 0), []);
});

test('takes every row when there are no more than asked for', () => {
  assert.deepEqual(sampled(4, 4), [0, 1, 2, 3]);
  assert.deepEqual(sampled(3, 1_000_000_000), [0, 1, 2]);
});
