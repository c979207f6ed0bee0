import type { Quality, QualityWarning } from '../contract/result.js';
import { numberInText } from './numeric.js';

export interface RequestedKeys {
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
}

/** The key under which every row says when it is of. */
const DATE_KEY = 'date';

/** Keys that every row should have. */
export function requiredKeysOf({ metrics, dimensions }: RequestedKeys): readonly string[] {
  return [...new Set([DATE_KEY, ...metrics, ...dimensions])];
}

/** Whether there are rows and none of them has any of the keys: then this is not what was asked for (`MalformedResponse`). */
export function lacksEveryKey(rows: readonly unknown[], keys: readonly string[]): boolean {
  return rows.length > 0 && !rows.some((row) => keys.some((key) => fieldOf(row, key) !== undefined));
}

/** Own field of a row; undefined where it is absent, or the row is no object. JSON has no other undefined. */
export function fieldOf(row: unknown, key: string): unknown {
  if (typeof row !== 'object' || row === null || Array.isArray(row) || !Object.hasOwn(row, key)) return undefined;
  return (row as Readonly<Record<string, unknown>>)[key];
}

/** Counts, over all rows, of what is wrong with them. `row` is called once a row, `quality` at the end. */
export interface RowVerification {
  /**
   * Looks at one row.
   * @param metricValues filled with the number of each requested metric, NaN where the row has none
   * @returns the row's date, or undefined where it has none that is a string
   */
  row(row: unknown, metricValues: Float64Array): string | undefined;
  outsideWindow(): void;
  unreadableDate(): void;
  quality(): Quality;
}

export function createRowVerification({ metrics, dimensions }: RequestedKeys): RowVerification {
  const tally = emptyTally();
  const others = dimensions.filter((key) => key !== DATE_KEY && !metrics.includes(key));
  return {
    row(row, metricValues) {
      tally.rows += 1;
      for (const [index, key] of metrics.entries()) metricValues[index] = metricOf(fieldOf(row, key), key, tally);
      for (const key of others) {
        const value = fieldOf(row, key);
        if (value === undefined) add(tally.missing, key);
        else if (typeof value === 'object' && value !== null) add(tally.wrongType, key);
      }
      const date = fieldOf(row, DATE_KEY);
      if (typeof date === 'string') return date;
      add(date === undefined ? tally.missing : tally.wrongType, DATE_KEY);
      return undefined;
    },
    outsideWindow: () => {
      add(tally.outside, DATE_KEY);
    },
    unreadableDate: () => {
      add(tally.unreadable, DATE_KEY);
    },
    quality: () => ({
      warnings: warningsOf(tally),
      nulls: perMetric(metrics, tally.nulls),
      numericStrings: perMetric(metrics, tally.numericStrings),
    }),
  };
}

/** Rows by key. */
type Counts = Map<string, number>;

interface Tally {
  rows: number;
  readonly missing: Counts;
  readonly wrongType: Counts;
  readonly outside: Counts;
  readonly unreadable: Counts;
  readonly nulls: Counts;
  readonly numericStrings: Counts;
}

function emptyTally(): Tally {
  const none = (): Counts => new Map();
  const found = { missing: none(), wrongType: none(), outside: none(), unreadable: none() };
  return { rows: 0, ...found, nulls: none(), numericStrings: none() };
}

function metricOf(value: unknown, key: string, tally: Tally): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value === null || value === undefined) {
    add(value === null ? tally.nulls : tally.missing, key);
    return NaN;
  }
  const number = typeof value === 'string' ? numberInText(value) : NaN;
  add(Number.isNaN(number) ? tally.wrongType : tally.numericStrings, key);
  return number;
}

function add(counts: Counts, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function perMetric(metrics: readonly string[], counts: Counts): Record<string, number> {
  return Object.fromEntries(metrics.map((metric) => [metric, counts.get(metric) ?? 0]));
}

/** One a kind and key, in the order of the keys: the same rows in another order are of the same quality. */
function warningsOf({ rows, missing, wrongType, outside, unreadable }: Tally): QualityWarning[] {
  const warnings = (kind: QualityWarning['kind'], counts: Counts, what: (key: string) => string): QualityWarning[] =>
    [...counts]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, count]) => ({ kind, key, count, message: `${count} of ${rows} rows ${what(key)}` }));
  return [
    ...warnings('missing-key', missing, (key) => `have no "${key}"`),
    ...warnings('wrong-type', wrongType, (key) => `have a value of the wrong type in "${key}"`),
    ...warnings('outside-window', outside, () => 'lie outside the window; they are delivered all the same'),
    ...warnings(
      'unreadable-date',
      unreadable,
      () => 'have a date that names no bucket; they are delivered all the same',
    ),
  ];
}
