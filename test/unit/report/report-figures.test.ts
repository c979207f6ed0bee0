import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RollupGroup } from '../../../src/contract/result/rollup.js';
import { createBucketSeries } from '../../../src/report/charts/bucket-series.js';
import { coverageOf } from '../../../src/report/data/coverage.js';
import { createRanking } from '../../../src/report/data/ranking.js';
import { edgeTexts, valueText } from '../../../src/text/number-text.js';
import { histogramOf } from './report-fixtures.js';

const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 200 });

test('every value is in one bin, or too far out, and bins are few', () => {
  const bounds = fc.option(
    fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ noNaN: true, noDefaultInfinity: true })),
  );
  fc.assert(
    fc.property(values, bounds, (all, pair) => {
      const [lower, upper] = [...(pair ?? [])].sort((one, other) => one - other);
      const given = lower === undefined || upper === undefined ? undefined : { lower, upper };
      const { count, counts, below, above, from, width } = histogramOf(all, given);
      assert.equal(count, all.length);
      assert.equal(
        counts.reduce((sum, each) => sum + each, below + above),
        all.length,
      );
      assert.ok(counts.length >= 1 && counts.length <= 40, `${counts.length} bins`);
      assert.ok(Number.isFinite(from) && width > 0 && Number.isFinite(width));
    }),
    { numRuns: 2_000 },
  );
});

test('bins are those of a count by hand, with round edges', () => {
  const { from, width, counts } = histogramOf([0.1, 0.11, 0.5, 0.52, 0.9]);
  assert.deepEqual([from, width], [0.1, 0.05]);
  assert.equal(counts.length, 17);
  assert.deepEqual([counts[0], counts[8], counts[16]], [2, 2, 1]);
});

test('a value that is an edge, as people read it, is in the bin that begins there', () => {
  for (let first = 0; first < 100; first += 1) {
    for (let last = first + 1; last <= 100; last += 7) {
      const cents = Array.from({ length: last - first + 1 }, (_, at) => first + at);
      const { from, width, counts, below, above } = histogramOf(cents.map((cent) => cent / 100));
      // In hundred-thousandths, where there is no rounding.
      const [start, step] = [Math.round(from * 1e5), Math.round(width * 1e5)];
      const byHand = counts.map(
        (_, bin) => cents.filter((cent) => Math.floor((cent * 1_000 - start) / step) === bin).length,
      );
      assert.deepEqual([counts, below, above], [byHand, 0, 0], `${first} to ${last} hundredths`);
    }
  }
});

test('one wild value does not flatten the others', () => {
  const { counts, above } = histogramOf([1, 2, 3, 4, 1e9], { lower: 0, upper: 6 });
  assert.equal(above, 1);
  assert.equal(counts.filter((count) => count > 0).length, 4);
});

const group = (bucket: string, journeyId: string, mean: number | null, count: number): RollupGroup => ({
  bucket,
  dimensions: { journeyId },
  rows: count,
  metrics: { m: { count: mean === null ? 0 : count, nulls: 0, sum: null, mean, min: mean, max: mean } },
});

test('means of buckets and journeys are those of their rows, not of their groups', () => {
  const groups = [group('a', 'x', 1, 1), group('a', 'y', 0, 3), group('c', 'x', 0.5, 2), group('c', 'y', null, 5)];
  const series = createBucketSeries(['a', 'b', 'c'], ['m']);
  const ranking = createRanking('journeyId', ['m']);
  for (const each of groups) {
    series.add(each);
    ranking.add(each);
  }
  const points = series.points(new Set(['b']));
  assert.deepEqual(
    points.map(({ from, rows, missing, means }) => [from, rows, missing, means]),
    [
      ['a', 4, 0, [0.25]],
      ['b', 0, 1, [null]],
      ['c', 7, 0, [0.5]],
    ],
  );
  const { top, bottom, count } = ranking.ranking();
  assert.deepEqual(top, [
    { name: 'x', rows: 3, means: [2 / 3] },
    { name: 'y', rows: 8, means: [0] },
  ]);
  assert.deepEqual([bottom, count], [[], 2]);
});

test('no journey is at the top and at the bottom, and equals have one order', () => {
  const ranking = createRanking('journeyId', ['m']);
  for (let each = 0; each < 15; each += 1) ranking.add(group('a', `j${each}`, each < 5 ? 0 : each, 1));
  ranking.add(group('a', 'none', null, 9));
  const { top, bottom, count } = ranking.ranking();
  assert.deepEqual(
    top.map(({ name }) => name),
    Array.from({ length: 10 }, (_, at) => `j${14 - at}`),
  );
  assert.deepEqual(
    bottom.map(({ name }) => name),
    ['j4', 'j3', 'j2', 'j1', 'j0'],
  );
  assert.equal(count, 16);
});

test('more buckets than a chart can show come together, and none is lost', () => {
  const labels = Array.from({ length: 8_760 }, (_, hour) => `h${hour}`);
  const series = createBucketSeries(labels, ['m']);
  for (const label of labels) if (label !== 'h30') series.add(group(label, 'x', 1, 1));
  const points = series.points(new Set(['h30']));
  assert.ok(points.length <= 370);
  assert.equal(
    points.reduce((sum, { rows }) => sum + rows, 0),
    8_759,
  );
  assert.equal(
    points.reduce((sum, { buckets }) => sum + buckets, 0),
    8_760,
  );
  assert.deepEqual(
    points.flatMap(({ missing, from }) => (missing > 0 ? [from] : [])),
    ['h24'],
  );
});

test('a calendar counts hours by day, keeps weeks and months, and turns to months for years of days', () => {
  const hours = coverageOf(
    ['2026-11-01T22:00+01:00', '2026-11-01T23:00+01:00', '2026-11-02T00:00+01:00'],
    new Set(['2026-11-01T23:00+01:00']),
    'hour',
  );
  assert.deepEqual(hours, {
    unit: 'day',
    cellCount: 2,
    pages: [
      {
        name: '2026-11',
        cells: [
          { label: '2026-11-01', buckets: 2, missing: 1 },
          { label: '2026-11-02', buckets: 1, missing: 0 },
        ],
      },
    ],
  });
  assert.equal(coverageOf(['2026-11-02', '2026-11-09'], new Set(), 'week').unit, 'week');
  assert.deepEqual(coverageOf(['2026-11'], new Set(['2026-11']), 'month').pages[0]?.cells, [
    { label: '2026-11', buckets: 1, missing: 1 },
  ]);
  const days = Array.from({ length: 1_000 }, (_, day) =>
    new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10),
  );
  const years = coverageOf(days, new Set(days.slice(0, 31)), 'day');
  assert.deepEqual([years.unit, years.pages.map(({ name }) => name)], ['month', ['2024', '2025', '2026']]);
  assert.deepEqual(years.pages[0]?.cells[0], { label: '2024-01', buckets: 31, missing: 31 });
});

test('values whose means differ by no more than the adding stand in the order of their names', () => {
  const ranking = createRanking('journeyId', ['m']);
  for (const mean of [0.1, 0.2, 0.3]) ranking.add(group('a', 'second', mean, 1));
  for (const mean of [0.3, 0.2, 0.1]) ranking.add(group('a', 'first', mean, 1));
  const { top } = ranking.ranking();
  assert.deepEqual(
    top.map(({ name }) => name),
    ['first', 'second'],
  );
  assert.notEqual(top[0]?.means[0], top[1]?.means[0]);
});

test('an empty name has a name, and ids that differ in the last digit are two', () => {
  const ranking = createRanking('journeyId', ['m']);
  const names = ['', ' ', null, 'without a value', '9007199254740992', '9007199254740993'];
  for (const journeyId of names) {
    const figures = { count: 1, nulls: 0, sum: 1, mean: 1, min: 1, max: 1 };
    ranking.add({ dimensions: { journeyId }, rows: 1, metrics: { m: figures } });
  }
  const { top } = ranking.ranking();
  assert.deepEqual(top.map(({ name }) => name).sort(), [
    '(blank)',
    '(empty)',
    '9007199254740992',
    '9007199254740993',
    'without a value',
    'without a value',
  ]);
});

test('a whole number has all of its digits, and edges of bins are told apart', () => {
  assert.equal(valueText(12_345_678), '12,345,678');
  assert.equal(valueText(0.731_235_49), '0.731235');
  assert.deepEqual(edgeTexts([1_000_000.25, 1_000_000.5]), ['1,000,000.3', '1,000,000.5']);
  assert.deepEqual(edgeTexts([0.1, 0.15, 0.1 + 0.1]), ['0.1', '0.15', '0.2']);
});
