import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quartilesInPlace } from '../../../src/domain/statistics/quartiles.js';
import { Chance } from '../../support/chance.js';

function bySorting(values: Float64Array): { q1?: number | undefined; q3?: number | undefined } | undefined {
  const sorted = values.slice().sort();
  const { length } = sorted;
  return length === 0 ? undefined : { q1: sorted[Math.floor(length / 4)], q3: sorted[Math.floor((3 * length) / 4)] };
}

/** Strict equality of node:assert is that of Object.is: it tells -0 from 0. */
function assertAsSorted(values: Float64Array): void {
  const before = values.slice().sort();
  const expected = bySorting(values);
  assert.deepEqual(quartilesInPlace(values), expected);
  assert.deepEqual(values.sort(), before, 'no value is lost');
}

test('the quartiles are those of the sorted values, for few values of every kind', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true }),
    fc.integer({ min: -2, max: 2 }),
    fc.constantFrom(-0, 0, Number.MAX_VALUE, -Number.MAX_VALUE, Infinity, -Infinity, 5e-324),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 50 }), (values) => {
      assertAsSorted(Float64Array.from(values));
    }),
    { numRuns: 2000 },
  );
});

const SHAPES: Readonly<Record<string, (chance: Chance, index: number, length: number) => number>> = {
  scattered: (chance) => chance.below(2 ** 32) / 1000,
  'of few values': (chance) => chance.below(3),
  'all alike': () => 7,
  'of both zeros': (chance) => chance.pick([-0, 0]),
  'of zeros and others': (chance) => chance.pick([-0, 0, 0, -1, 1]),
  sorted: (_, index) => index,
  reversed: (_, index) => -index,
  'sorted by halves': (_, index, length) => index % Math.ceil(length / 2),
  'rising and falling': (_, index, length) => Math.min(index, length - index),
  'in turns': (_, index) => index % 7,
  'with a few far away': (chance) => (chance.odds(1, 100) ? Number.MAX_VALUE : chance.below(1000)),
};

for (const [shape, valueOf] of Object.entries(SHAPES)) {
  test(`the quartiles are those of the sorted values, for many values: ${shape}`, () => {
    for (const length of [599, 600, 601, 602, 603, 604, 5000, 20_001, 100_003]) {
      const chance = new Chance(shape, length);
      assertAsSorted(Float64Array.from({ length }, (_, index) => valueOf(chance, index, length)));
    }
  });
}
