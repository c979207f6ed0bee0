import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ExactSums } from '../../../src/domain/rollup/exact-sums.js';

const DENORMAL_BITS = 1_074n;

/** The sum as a fraction of 2^1074, of which every double is a multiple. */
function exactly(values: readonly number[]): bigint {
  return values.reduce((sum, value) => sum + scaled(value), 0n);
}

function scaled(value: number): bigint {
  const [bits = 0n] = new BigUint64Array(Float64Array.of(value).buffer);
  const exponent = (bits >> 52n) & 0x7ffn;
  const mantissa = (bits & 0xfffffffffffffn) | (exponent === 0n ? 0n : 1n << 52n);
  const magnitude = mantissa << (exponent === 0n ? 0n : exponent - 1n);
  return value < 0 ? -magnitude : magnitude;
}

const distance = (left: bigint, right: bigint): bigint => (left > right ? left - right : right - left);

/** The neighbours of a double. */
function beside(value: number): readonly number[] {
  const step = (by: bigint): number => {
    const [bits = 0n] = new BigInt64Array(Float64Array.of(value).buffer);
    return new Float64Array(BigInt64Array.of(bits + by).buffer)[0] ?? NaN;
  };
  return value === 0 ? [Number.MIN_VALUE, -Number.MIN_VALUE] : [step(1n), step(-1n)];
}

function sumOf(values: readonly number[]): number {
  const sums = new ExactSums(3);
  for (const value of values) sums.add(1, value);
  assert.deepEqual([sums.value(0), sums.value(2)], [0, 0], 'its neighbours are left alone');
  return sums.value(1);
}

const anyValue = fc.oneof(
  fc.double({ noNaN: true, min: -(2 ** 960), max: 2 ** 960 }),
  fc.integer({ min: -1_000, max: 1_000 }).map((number) => number / 100),
  fc.constantFrom(2 ** 53, 1, -1, 2 ** -53, 2 ** -1074, 2 ** 900, -(2 ** 900), 0, -0),
);

test('a sum is the double nearest to the exact one', () => {
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 60 }), (values) => {
      const exact = exactly(values);
      const sum = sumOf(values);
      const off = distance(scaled(sum), exact);
      for (const other of beside(sum)) {
        assert.ok(off <= distance(scaled(other), exact), `${other} is nearer than ${sum} (2^-${DENORMAL_BITS})`);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('the order of the values and how they were brought together are without effect', () => {
  fc.assert(
    fc.property(
      fc.array(anyValue, { maxLength: 60 }),
      fc.integer({ min: 0, max: 60 }),
      fc.infiniteStream(fc.nat()),
      (values, at, chance) => {
        const shuffled = values
          .map((value) => ({ value, place: chance.next().value as number }))
          .sort((left, right) => left.place - right.place)
          .map(({ value }) => value);
        const [first, second] = [new ExactSums(1), new ExactSums(2)];
        for (const value of shuffled.slice(0, at)) first.add(0, value);
        for (const value of shuffled.slice(at)) second.add(1, value);
        first.addSum(0, second, 1);
        assert.equal(first.value(0), sumOf(values));
      },
    ),
    { numRuns: 1_000 },
  );
});

test('half-way between two doubles, what is smaller still decides', () => {
  assert.equal(sumOf([1, 2 ** -53]), 1);
  assert.equal(sumOf([1, 2 ** -53, 2 ** -1074]), 1 + 2 ** -52);
  assert.equal(sumOf([1 + 2 ** -52, 2 ** -53, -(2 ** -1074)]), 1 + 2 ** -52);
});

test('as many doubles are kept for a sum as it needs, also where a sum beside it needs few', () => {
  const far = Array.from({ length: 19 }, (_, index) => 2 ** (900 - 100 * index));
  assert.equal(sumOf([...far, ...far.map((value) => -value), 7]), 7);
  const sums = new ExactSums(1);
  sums.add(0, 0.1);
  sums.grow(2);
  for (const value of far) sums.add(1, value);
  assert.deepEqual([sums.value(0), sums.value(1)], [0.1, 2 ** 900]);
});

test('a value too large to be summed leaves no sum, wherever it stands', () => {
  for (const values of [[1e308, 1], [1, -1e308, 1e308], [Infinity], [1, NaN]]) assert.equal(sumOf(values), NaN);
});
