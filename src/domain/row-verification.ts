import type { Quality, QualityWarning } from '../contract/result/result.js';

/** The keys that rows should have. */
export interface RequestedKeys {
  /** The one under which a row says when it is of: a rule of its source. */
  readonly dateKey: string;
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
}

/** What can be said of a row's value: the last three of its date; `null`, `numericString` and `rounded` of a metric. */
export type Finding =
  'missing' | 'wrongType' | 'null' | 'numericString' | 'rounded' | 'outside' | 'ambiguous' | 'unreadable';

/** Counts, over all rows, of what is found in them. */
export interface RowVerification {
  /** `count` rows were looked at. */
  rows(count: number): void;
  /** `count` of them have this under the key. */
  found(finding: Finding, key: string, count: number): void;
  /** `count` of them came again, byte for byte, with a later page. */
  repeated(count: number): void;
  /** `count` of them have the date and dimensions of a row before them. */
  repeatedKeys(count: number): void;
  /** The source has not named the query that they come from. */
  unnamed(): void;
  /** `count` of them hold text that databases and files refuse: NUL, or half a surrogate pair. */
  unstorable(count: number): void;
  quality(): Quality;
}

/** @param metrics the requested ones */
export function createRowVerification({
  dateKey,
  metrics,
}: Pick<RequestedKeys, 'dateKey' | 'metrics'>): RowVerification {
  let rows = 0;
  let unstorable = 0;
  let repeated = 0;
  let repeatedKeys = 0;
  let unnamed = false;
  const counts: Readonly<Record<Finding, Counts>> = {
    missing: new Map(),
    wrongType: new Map(),
    null: new Map(),
    numericString: new Map(),
    rounded: new Map(),
    outside: new Map(),
    ambiguous: new Map(),
    unreadable: new Map(),
  };
  return {
    rows(count) {
      rows += count;
    },
    found(finding, key, count) {
      if (count > 0) counts[finding].set(key, (counts[finding].get(key) ?? 0) + count);
    },
    repeated(count) {
      repeated += count;
    },
    repeatedKeys(count) {
      repeatedKeys += count;
    },
    unnamed() {
      unnamed = true;
    },
    unstorable(count) {
      unstorable += count;
    },
    quality: () => ({
      warnings: [
        ...wholeWarnings(rows, dateKey, counts),
        ...warning('repeated-rows', repeated, `${repeated} of ${rows} rows ${REPEATED}`),
        ...warning('repeated-keys', repeatedKeys, `${repeatedKeys} of ${rows} rows ${REPEATED_KEYS}`),
        ...warning('unnamed-query', unnamed ? rows : 0, UNNAMED),
        ...warningsOf(rows, counts),
        ...warning('unstorable-text', unstorable, `${unstorable} of ${rows} rows ${UNSTORABLE}`),
      ],
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

/** What is wrong with the result as a whole: nothing in it says when it is of. */
function wholeWarnings(
  rows: number,
  dateKey: string,
  { missing, wrongType, unreadable }: Readonly<Record<Finding, Counts>>,
): readonly QualityWarning[] {
  if (rows === 0) {
    const message = 'The source returned no rows. Check that it has data for this window.';
    return [{ kind: 'no-rows', count: 0, message }];
  }
  const undated = [missing, wrongType, unreadable].reduce((sum, counts) => sum + (counts.get(dateKey) ?? 0), 0);
  const message = `None of the ${rows} rows has a date that can be read: no bucket is covered.`;
  return warning('no-readable-date', undated < rows ? 0 : rows, message);
}

const REPEATED =
  'came again, byte for byte, on a later page, also when the result was read again: rows may be counted twice or left out';
const REPEATED_KEYS =
  'have the date and dimensions of a row before them, though each row should sum up all that is of these: sums may count ' +
  'twice; ask for the dimension that tells them apart, or have the source checked';
const UNNAMED =
  'The source named its query only in the result, so nothing shows that these rows are of this query and not of another one.';
const AMBIGUOUS =
  'have a local time without an offset that the clocks show twice or skip: of two such hours they count in the first, ' +
  'and the second may be listed as missing; have the source write offsets, or dates in UTC';
const UNSTORABLE =
  'hold a NUL character or half a surrogate pair, which many databases and files refuse; they are delivered unchanged';

function warning(kind: QualityWarning['kind'], count: number, message: string): readonly QualityWarning[] {
  return count === 0 ? [] : [{ kind, count, message }];
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
    ...warnings(
      'rounded',
      counts.rounded,
      (key) =>
        `have more digits in "${key}" than a double holds: sums and outliers use the nearest, rows keep them all`,
    ),
    ...warnings('outside-window', counts.outside, () => 'lie outside the window; they are still delivered'),
    ...warnings('ambiguous-hour', counts.ambiguous, () => AMBIGUOUS),
    ...warnings(
      'unreadable-date',
      counts.unreadable,
      () => 'have a date that matches no bucket; they are still delivered',
    ),
  ];
}
