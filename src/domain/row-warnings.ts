import type { QualityWarning } from '../contract/result/result.js';

/** What can be said of a row's value: the last three of its date; `null`, `numericString` and `rounded` of a metric. */
export type Finding =
  'missing' | 'wrongType' | 'null' | 'numericString' | 'rounded' | 'outside' | 'ambiguous' | 'unreadable';

/** Rows by key. */
export type Counts = Map<string, number>;

export function noCounts(): Readonly<Record<Finding, Counts>> {
  return {
    missing: new Map(),
    wrongType: new Map(),
    null: new Map(),
    numericString: new Map(),
    rounded: new Map(),
    outside: new Map(),
    ambiguous: new Map(),
    unreadable: new Map(),
  };
}

/** What is wrong with the result as a whole: nothing in it says when it is of. */
export function wholeWarnings(
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

const AMBIGUOUS =
  'have a local time without an offset that the clocks show twice or skip: of two such hours they count in the first, ' +
  'and the second may be listed as missing; have the source write offsets, or dates in UTC';

export function warning(kind: QualityWarning['kind'], count: number, message: string): readonly QualityWarning[] {
  return count === 0 ? [] : [{ kind, count, message }];
}

/** One a kind and key, in the order of the keys: the same rows in another order are of the same quality. */
export function warningsOf(rows: number, counts: Readonly<Record<Finding, Counts>>): QualityWarning[] {
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
