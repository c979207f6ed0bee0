import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RollupGroup } from '../../../src/contract/result/rollup.js';
import { RollupGroups, type RollupRows } from '../../../src/domain/rollup/rollup-groups.js';
import { rollupReport, weightOf, type RollupNames, type RollupReport } from '../../../src/domain/rollup/rollup.js';
import { figuresOf, grouped, type ReferenceRow } from './rollup-reference.js';

const LABELS = ['d0', 'd1', 'd2'];
const VALUES = [
  ['a', 'b', 1, null, true],
  ['x', 'y'],
] as const;
const NAMES: RollupNames = {
  metrics: ['rate', 'other', 'calls'],
  dimensions: ['journeyId', 'channel'],
  labels: LABELS,
  values: VALUES,
};
const WEIGHTED: RollupNames = { ...NAMES, weightMetric: 'calls' };
const ROOM = 1_000_000;

const value = fc.option(fc.integer({ min: -50, max: 50 }), { freq: 4, nil: null });
const row: fc.Arbitrary<ReferenceRow> = fc.record({
  bucket: fc.constantFrom(...LABELS, null),
  dimensions: fc.tuple(fc.constantFrom(...VALUES[0]), fc.constantFrom(...VALUES[1])),
  values: fc.tuple(value, value, fc.option(fc.nat({ max: 9 }), { freq: 5, nil: null })),
});

function rowsOf(rows: readonly ReferenceRow[], kept = new Uint8Array(rows.length).fill(1)): RollupRows {
  return {
    kept,
    buckets: Int32Array.from(rows, ({ bucket }) => (bucket === null ? -1 : LABELS.indexOf(bucket))),
    dimensions: VALUES.map((values, place) =>
      Int32Array.from(rows, ({ dimensions }) => values.findIndex((each) => each === dimensions[place])),
    ),
    values: NAMES.metrics.map((_, metric) => Float64Array.from(rows, ({ values }) => values[metric] ?? NaN)),
  };
}

function report(pages: readonly RollupRows[], names = NAMES, mostCells = 1_000): RollupReport {
  const { length: metrics } = names.metrics;
  const groups = new RollupGroups({ metrics, weightMetric: weightOf(names), dimensions: 2, mostCells });
  for (const page of pages) groups.add(page);
  return rollupReport(groups, names, []);
}

const keyOf = ({ bucket, dimensions }: RollupGroup): string => JSON.stringify([bucket, Object.values(dimensions)]);

function assertFigures(found: RollupGroup['metrics'], rows: readonly ReferenceRow[], names = NAMES): void {
  const weightMetric = names.weightMetric === undefined ? undefined : weightOf(names);
  for (const [place, metric] of names.metrics.entries()) {
    assert.deepEqual(found[metric], figuresOf(rows, place, weightMetric));
  }
}

test('every group has the figures of a textbook, weighted or not, in any paging', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), fc.nat({ max: 60 }), fc.boolean(), (rows, at, weighted) => {
      const names = weighted ? WEIGHTED : NAMES;
      const found = [...report([rowsOf(rows.slice(0, at)), rowsOf(rows.slice(at))], names).groups()];
      const expected = grouped(rows, ({ bucket, dimensions }) => [bucket, dimensions]);
      assert.deepEqual(found.map(keyOf).sort(), [...expected.keys()].sort());
      for (const group of found) {
        const its = expected.get(keyOf(group)) ?? [];
        assert.equal(group.rows, its.length);
        assertFigures(group.metrics, its, names);
      }
    }),
    { numRuns: 300 },
  );
});

test('the order of the rows is without effect, to the last bit of a sum and in the order of the groups', () => {
  const fractional = fc.record({
    bucket: fc.constantFrom(...LABELS),
    dimensions: fc.tuple(fc.constantFrom(...VALUES[0]), fc.constantFrom(...VALUES[1])),
    values: fc.tuple(
      fc.double({ noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ noNaN: true }),
    ),
  });
  fc.assert(
    fc.property(fc.array(fractional, { maxLength: 40 }), fc.boolean(), (rows, tight) => {
      const mostCells = tight ? 12 : 1_000;
      const [forth, back] = [rows, [...rows].reverse()].map((each) => report([rowsOf(each)], WEIGHTED, mostCells));
      assert.deepEqual([...(back?.groups() ?? [])], [...(forth?.groups() ?? [])]);
      assert.deepEqual(back?.listed(500), forth?.listed(500));
    }),
    { numRuns: 300 },
  );
});

test('rows that are not kept count for nothing', () => {
  const rows = fc.sample(row, 20);
  const kept = Uint8Array.from(rows, (_, index) => index % 2);
  const { rows: count, metrics } = report([rowsOf(rows, kept)]).listed(ROOM);
  assert.equal(count, 10);
  const odd = rows.filter((_, index) => index % 2 === 1);
  for (const [place, metric] of NAMES.metrics.entries()) assert.equal(metrics[metric]?.sum, figuresOf(odd, place).sum);
});

test('what is listed and "other" are all groups, those with the most rows first', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), fc.integer({ min: 0, max: 8_000 }), (rows, bytes) => {
      const all = report([rowsOf(rows)]);
      const { groups, other, groupCount, rows: count, metrics } = all.listed(bytes);
      assert.ok(groups.length === 0 || JSON.stringify(groups).length <= bytes + 2);
      assert.deepEqual(groups, [...all.groups()].slice(0, groups.length));
      assert.deepEqual([groups.length + (other?.groups ?? 0), count], [groupCount, rows.length]);
      const counts = [...all.groups()].map((group) => group.rows);
      assert.deepEqual(
        counts,
        [...counts].sort((left, right) => right - left),
      );
      const listed = new Set(groups.map(keyOf));
      const left = rows.filter(({ bucket, dimensions }) => !listed.has(JSON.stringify([bucket, dimensions])));
      if (other) assertFigures(other.metrics, left);
      for (const [place, metric] of NAMES.metrics.entries()) {
        assert.deepEqual(metrics[metric], { ...figuresOf(rows, place), q1: null, median: null, q3: null });
      }
    }),
    { numRuns: 200 },
  );
});

test('too many groups: the dimensions are given up, then the buckets, and it says so; no row is lost', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), fc.integer({ min: 3, max: 40 }), (rows, mostCells) => {
      const all = report([rowsOf(rows)], WEIGHTED, mostCells);
      const { groupedBy, collapsed = [], groupCount, groups } = all.listed(ROOM);
      const wanted = grouped(rows, ({ bucket, dimensions }) => [bucket, dimensions]).size * NAMES.metrics.length;
      const buckets = grouped(rows, ({ bucket }) => bucket);
      const expected =
        wanted <= mostCells
          ? []
          : buckets.size * NAMES.metrics.length <= mostCells
            ? NAMES.dimensions
            : [...NAMES.dimensions, 'bucket'];
      assert.deepEqual(collapsed, expected);
      assert.deepEqual([...groupedBy, ...collapsed].sort(), ['bucket', 'channel', 'journeyId']);
      assert.ok(groupCount === 1 || groupCount * NAMES.metrics.length <= mostCells);
      if (collapsed.length === 2) {
        assert.deepEqual(groups.map(({ bucket, rows: count }) => [bucket, count]).length, buckets.size);
        for (const group of groups)
          assertFigures(group.metrics, buckets.get(JSON.stringify(group.bucket)) ?? [], WEIGHTED);
      } else if (collapsed.length === 3) {
        assert.deepEqual(
          groups.map(({ rows: count, dimensions }) => [count, dimensions]),
          [[rows.length, {}]],
        );
        assertFigures(groups[0]?.metrics ?? {}, rows, WEIGHTED);
      }
    }),
    { numRuns: 300 },
  );
});

test('weights that add up to nothing, and values beyond a sum, leave no figure rather than a wrong one', () => {
  const at = (rate: number, calls: number): ReferenceRow => ({
    bucket: 'd0',
    dimensions: ['a', 'x'],
    values: [rate, 1e300, calls],
  });
  const { metrics } = report([rowsOf([at(4, 0), at(5, 0)])], WEIGHTED).listed(ROOM);
  assert.deepEqual([metrics['rate']?.mean, metrics['rate']?.weight, metrics['rate']?.sum], [null, 0, 9]);
  assert.deepEqual([metrics['other']?.sum, metrics['other']?.max], [null, 1e300]);
});

test('no rows are no groups', () => {
  const { rows, groups, groupCount, metrics } = report([]).listed(ROOM);
  assert.deepEqual([rows, groups, groupCount, metrics['rate']?.count, metrics['rate']?.mean], [0, [], 0, 0, null]);
});
