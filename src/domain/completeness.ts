import { LISTED_AT_MOST } from '../contract/limits.js';
import type { Completeness } from '../contract/result/result.js';

/** The bucket of a row that belongs to none. */
export const NO_BUCKET = -1;

/** Which buckets have rows and values. `rows` is called for all rows, some at a time, the rest at the end. */
export interface CompletenessCount {
  /**
   * @param buckets one a row, {@link NO_BUCKET} for those of none
   * @param values of each requested metric one a row, NaN where it has no number
   */
  rows(buckets: Int32Array, values: readonly Float64Array[]): void;
  /** With the whole list of missing buckets; {@link listed} cuts it. */
  completeness(): Completeness;
}

/** @param labels of all buckets of the window, oldest first */
export function createCompletenessCount(labels: readonly string[], metrics: readonly string[]): CompletenessCount {
  const hasRows = new Uint8Array(labels.length);
  const hasValue = metrics.map(() => new Uint8Array(labels.length));
  return {
    rows(buckets, values) {
      for (const bucket of buckets) if (bucket !== NO_BUCKET) hasRows[bucket] = 1;
      for (const [metric, ofMetric] of values.entries()) {
        const seen = hasValue[metric];
        if (seen !== undefined) markWithValue(seen, buckets, ofMetric);
      }
    },
    completeness() {
      const missing = labels.filter((_, bucket) => hasRows[bucket] === 0);
      const nullBuckets = metrics.map((metric, index) => {
        const withoutValue = labels.filter((_, bucket) => hasRows[bucket] === 1 && hasValue[index]?.[bucket] === 0);
        return [metric, withoutValue.length] as const;
      });
      return {
        expected: labels.length,
        missing,
        missingCount: missing.length,
        nullBuckets: Object.fromEntries(nullBuckets),
      };
    },
  };
}

function markWithValue(seen: Uint8Array, buckets: Int32Array, values: Float64Array): void {
  for (let row = 0; row < buckets.length; row += 1) {
    const bucket = buckets[row] ?? NO_BUCKET;
    if (bucket !== NO_BUCKET && !Number.isNaN(values[row] ?? NaN)) seen[bucket] = 1;
  }
}

/** The same with no more labels than a payload carries; `missingCount` stays the full number. */
export function listed(completeness: Completeness): Completeness {
  return { ...completeness, missing: completeness.missing.slice(0, LISTED_AT_MOST) };
}
