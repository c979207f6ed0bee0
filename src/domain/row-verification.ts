import type { Quality } from '../contract/result/result.js';
import { noCounts, warning, warningsOf, wholeWarnings, type Counts, type Finding } from './row-warnings.js';

/** The keys that rows should have. */
export interface RequestedKeys {
  /** The one under which a row says when it is of: a rule of its source. */
  readonly dateKey: string;
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
}

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
  const counts = noCounts();
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

function perMetric(metrics: readonly string[], counts: Counts): Record<string, number> {
  return Object.fromEntries(metrics.map((metric) => [metric, counts.get(metric) ?? 0]));
}

const REPEATED =
  'came again, byte for byte, on a later page, also when the result was read again: rows may be counted twice or left out';
const REPEATED_KEYS =
  'have the date and dimensions of a row before them, though each row should sum up all that is of these: sums may count ' +
  'twice; ask for the dimension that tells them apart, or have the source checked';
const UNNAMED =
  'The source named its query only in the result, so nothing shows that these rows are of this query and not of another one.';
const UNSTORABLE =
  'hold a NUL character or half a surrogate pair, which many databases and files refuse; they are delivered unchanged';
