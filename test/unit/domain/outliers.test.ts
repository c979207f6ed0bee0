import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { markOutliers } from '../../../src/domain/statistics/outliers.js';
import { numberInText } from '../../../src/domain/numeric.js';

type Row = Readonly<Record<string, number | null>>;

interface Reference {
  readonly left: readonly Row[];
  readonly bounds?: readonly [number, number];
}

/** The rule as the specification words it, on plain objects. */
function withoutOutliers(rows: readonly Row[], metric: string): Reference {
  const v = rows.map((row) => row[metric]).filter((value) => typeof value === 'number');
  v.sort((a, b) => a - b);
  const q1 = v[Math.floor(v.length / 4)] ?? 0;
  const q3 = v[Math.floor((3 * v.length) / 4)] ?? 0;
  const iqr = q3 - q1;
  if (v.length < 4 || iqr === 0) return { left: rows };
  const [lower, upper] = [q1 - 1.5 * iqr, q3 + 1.5 * iqr];
  const keeps = (value: Row[string] | undefined): boolean =>
    typeof value !== 'number' || (lower <= value && value <= upper);
  return { left: rows.filter((row) => keeps(row[metric])), bounds: [lower, upper] };
}

const columnOf = (metric: string, rows: readonly Row[]): { metric: string; values: Float64Array } => ({
  metric,
  values: Float64Array.from(rows, (row) => row[metric] ?? NaN),
});
const everyRow = (rows: readonly unknown[]): Uint8Array => new Uint8Array(rows.length).fill(1);

test('removes exactly what the interquartile rule removes, metric after metric on what is left', () => {
  // Few distinct values make ties and a spread of zero; the large ones are outliers.
  const value = fc.oneof(
    fc.integer({ min: 0, max: 6 }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.constant(null),
  );
  const row = fc.record({ a: value, b: value });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      const first = withoutOutliers(rows, 'a');
      const second = withoutOutliers(first.left, 'b');
      const alive = everyRow(rows);
      const [a, b] = ['a', 'b'].map((metric) => markOutliers(columnOf(metric, rows), alive));
      assert.deepEqual(
        rows.filter((_, index) => alive[index] === 1),
        second.left,
      );
      assert.deepEqual(
        [a?.outliers, b?.outliers],
        [rows.length - first.left.length, first.left.length - second.left.length],
      );
      assert.deepEqual(a?.lower === undefined ? undefined : [a.lower, a.upper], first.bounds);
      assert.deepEqual(b?.lower === undefined ? undefined : [b.lower, b.upper], second.bounds);
    }),
    { numRuns: 500 },
  );
});

test('rows without a number stay, and are not counted as looked at', () => {
  const rows = [1, 2, 3, 4, null, 1000, null].map((m) => ({ m }));
  const alive = everyRow(rows);
  const report = markOutliers(columnOf('m', rows), alive);
  assert.deepEqual(Array.from(alive), [1, 1, 1, 1, 1, 0, 1]);
  assert.deepEqual(report, { metric: 'm', considered: 5, lower: -1, upper: 7, outliers: 1 });
});

test('seed: a spread of zero removes nothing and says so, where the seed kept only the modal value', () => {
  const rows = [50, 50, 50, 50, 50, 50, 50, 51, 49].map((m) => ({ m }));
  const alive = everyRow(rows);
  assert.deepEqual(markOutliers(columnOf('m', rows), alive), {
    metric: 'm',
    considered: 9,
    outliers: 0,
    skipped: 'iqr-zero',
  });
  assert.deepEqual(alive, everyRow(rows));
});

test('fewer than four values remove nothing and say so', () => {
  const rows = [1, 2, 1e9, null, null].map((m) => ({ m }));
  const alive = everyRow(rows);
  assert.deepEqual(markOutliers(columnOf('m', rows), alive), {
    metric: 'm',
    considered: 3,
    outliers: 0,
    skipped: 'too-few-values',
  });
  assert.deepEqual(alive, everyRow(rows));
});

test('bounds beyond the largest double are cut to it: JSON has no infinity', () => {
  const rows = [-1.7e308, -1.7e308, 0, 1.7e308, 1.7e308].map((m) => ({ m }));
  const report = markOutliers(columnOf('m', rows), everyRow(rows));
  assert.deepEqual([report.lower, report.upper, report.outliers], [-Number.MAX_VALUE, Number.MAX_VALUE, 0]);
});

test('decimal numbers in strings are numbers, and nothing else is', () => {
  for (const text of ['0', '-1', '+1', '1.', '.5', '1e3', ' 12.50 ', '-0.1E-2', '007']) {
    assert.equal(numberInText(text), Number(text), text);
  }
  for (const text of [
    '',
    ' ',
    '.',
    '-',
    '1e',
    'e1',
    '0x10',
    '0b1',
    '1_000',
    '1,5',
    'NaN',
    'Infinity',
    '1e999',
    '5%',
    'null',
  ]) {
    assert.ok(Number.isNaN(numberInText(text)), text);
  }
});
