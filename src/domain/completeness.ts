import { LISTED_AT_MOST } from '../contract/dataset.js';
import type { Completeness } from '../contract/result.js';

/** Which buckets have rows and values. `row` is called for every row of a bucket, the rest at the end. */
export interface CompletenessCount {
  /** @param metricValues one a requested metric, NaN where the row has no number */
  row(bucket: number, metricValues: Float64Array): void;
  /** With the whole list of missing buckets; {@link listed} cuts it. */
  completeness(): Completeness;
}

/** @param labels of all buckets of the window, oldest first */
export function createCompletenessCount(labels: readonly string[], metrics: readonly string[]): CompletenessCount {
  const hasRows = new Uint8Array(labels.length);
  const hasValue = metrics.map(() => new Uint8Array(labels.length));
  return {
    row(bucket, metricValues) {
      hasRows[bucket] = 1;
      for (const [index, seen] of hasValue.entries()) {
        if (!Number.isNaN(metricValues[index] ?? NaN)) seen[bucket] = 1;
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

/** The same with no more labels than a payload carries; `missingCount` stays the full number. */
export function listed(completeness: Completeness): Completeness {
  return { ...completeness, missing: completeness.missing.slice(0, LISTED_AT_MOST) };
}
