import fc from 'fast-check';
import type { Buckets, TransformInput } from '../../../src/ports/index.js';
import { RUN_KEY } from './datasets-fixtures.js';

/** The pipeline as the specification words it, on plain objects: slow, whole in memory, obviously right. */
export interface ReferenceInput {
  /** Raw texts of the rows. */
  readonly rows: readonly string[];
  readonly metrics: readonly string[];
  readonly mode: 'remove' | 'flag' | 'off';
  readonly maxRows: number;
}

export interface ReferenceResult {
  readonly kept: number;
  readonly delivered: readonly string[];
}

interface Row {
  readonly raw: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function numberIn(value: unknown): number | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

export function reference({ rows, metrics, mode, maxRows }: ReferenceInput): ReferenceResult {
  let left: readonly Row[] = rows.map((raw) => ({ raw, fields: JSON.parse(raw) as Row['fields'] }));
  if (mode === 'remove') for (const metric of metrics) left = withoutOutliers(left, metric);
  const k = Math.min(left.length, maxRows);
  const delivered = Array.from({ length: k }, (_, i) => left[Math.floor((i * left.length) / k)]?.raw ?? '');
  return { kept: left.length, delivered };
}

function withoutOutliers(rows: readonly Row[], metric: string): readonly Row[] {
  const v = rows.map(({ fields }) => numberIn(fields[metric])).filter((value) => value !== undefined);
  v.sort((a, b) => a - b);
  const [q1 = 0, q3 = 0] = [v[Math.floor(v.length / 4)], v[Math.floor((3 * v.length) / 4)]];
  const iqr = q3 - q1;
  if (v.length < 4 || iqr === 0) return rows;
  return rows.filter(({ fields }) => {
    const value = numberIn(fields[metric]);
    return value === undefined || (q1 - 1.5 * iqr <= value && value <= q3 + 1.5 * iqr);
  });
}

export const LABELS = ['d0', 'd1', 'd2', 'd3', 'd4'];

/** Buckets that need no calendar. */
export const buckets: Buckets = {
  labels: LABELS,
  indexOf: (date) => {
    if (date === 'outside') return 'outside';
    const index = LABELS.indexOf(String(date));
    return index === -1 ? 'unreadable' : index;
  },
  isAmbiguous: (date) => date === 'd4',
};

const metricText = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 9 }).map(String) },
  fc.constantFrom('null', '"n/a"', 'true', '[1]', '{}', '1e999', '""', '" 5 "', '"-7.50"', '"1e3"', '99999', '-1e5'),
  fc.constantFrom('1.0', '1e2', '12345678901234567890', '12345678901234567891', '0.1000', '-0'),
);
const dateText = fc.constantFrom(...LABELS.map((label) => `"${label}"`), '"outside"', '"when?"', '17', 'null');
const space = fc.constantFrom('', ' ', '\n\t');

/** Raw texts of rows with every defect: absent keys, other types, nulls, numbers that a parse would round, odd strings. */
export const rawRow: fc.Arbitrary<string> = fc
  .record(
    {
      date: dateText,
      a: metricText,
      b: metricText,
      journeyId: fc.oneof(
        fc.string().map((text) => JSON.stringify(text)),
        fc.constantFrom('null', '{}', '"\\ud800"', '"},{"', '"\\u00e9"'),
      ),
      extra: fc.constantFrom('[{"a":1}]', '"]"', '{"data":[1]}'),
    },
    { requiredKeys: [] },
  )
  .chain((row) => fc.tuple(fc.shuffledSubarray(Object.entries(row), { minLength: Object.keys(row).length }), space))
  .map(
    ([fields, gap]) => `{${fields.map(([key, value]) => `${gap}"${key}"${gap}:${gap}${value}`).join(`${gap},`)}${gap}}`,
  );

/** What is asked of rows with a date and the metric `a`; the dataset and the processing are the test's own. */
export const OF_ONE_METRIC: Omit<TransformInput, 'dataset' | 'processing'> = {
  ...{ runKey: RUN_KEY, aggregates: false, dateKey: 'date', metrics: ['a'], dimensions: [], buckets },
  partLimits: { maxRows: 1_000, maxBytes: 500_000 },
};
