import type { Quality, QualityWarning } from '../contract/result/result.js';

/** The keys that rows should have. */
export interface RequestedKeys {
  /** The one under which a row says when it is of: a rule of its source. */
  readonly dateKey: string;
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
}

/** What can be said of a row's value: the last two of its date, `null` and `numericString` of a metric. */
export type Finding = 'missing' | 'wrongType' | 'null' | 'numericString' | 'outside' | 'unreadable';

/** Counts, over all rows, of what is found in them. */
export interface RowVerification {
  /** This many rows were looked at. */
  rows(count: number): void;
  /** This many of them have this under the key. */
  found(finding: Finding, key: string, count: number): void;
  quality(): Quality;
}

/** @param metrics the requested ones */
export function createRowVerification(metrics: readonly string[]): RowVerification {
  let rows = 0;
  const counts: Readonly<Record<Finding, Counts>> = {
    missing: new Map(),
    wrongType: new Map(),
    null: new Map(),
    numericString: new Map(),
    outside: new Map(),
    unreadable: new Map(),
  };
  return {
    rows(count) {
      rows += count;
    },
    found(finding, key, count) {
      if (count > 0) counts[finding].set(key, (counts[finding].get(key) ?? 0) + count);
    },
    quality: () => ({
      warnings: warningsOf(rows, counts),
      nulls: perMetric(metrics, counts.null),
      numericStrings: perMetric(metrics, counts.numericString),
    }),
  };
}

/** Rows by key. */
type Counts = Map<string, number>;

function perMetric(metrics: readonly string[], counts: Counts): Record<string, number> {
  return Object.fromEntries(metrics.map((metric) => [metric, counts.get(metric) ?? 0]));
}

/** One a kind and key, in the order of the keys: the same rows in another order are of the same quality. */
function warningsOf(rows: number, counts: Readonly<Record<Finding, Counts>>): QualityWarning[] {
  const warnings = (kind: QualityWarning['kind'], found: Counts, what: (key: string) => string): QualityWarning[] =>
    [...found]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, count]) => ({ kind, key, count, message: `${count} of ${rows} rows ${what(key)}` }));
  return [
    ...warnings('missing-key', counts.missing, (key) => `have no "${key}"`),
    ...warnings('wrong-type', counts.wrongType, (key) => `have a value of the wrong type in "${key}"`),
    ...warnings('outside-window', counts.outside, () => 'lie outside the window; they are still delivered'),
    ...warnings(
      'unreadable-date',
      counts.unreadable,
      () => 'have a date that matches no bucket; they are still delivered',
    ),
  ];
}
