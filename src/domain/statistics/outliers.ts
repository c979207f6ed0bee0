import type { MetricOutliers } from '../../contract/result/result.js';
import { quartilesInPlace } from './quartiles.js';

/** One metric over all rows; NaN where a row has no number. */
export interface MetricColumn {
  readonly metric: string;
  readonly values: Float64Array;
}

const FENCE = 1.5;
const FEWEST_VALUES = 4;

/**
 * The interquartile rule on one metric. Rows without a number stay. For several metrics it is called for one after the
 * other: each looks at the rows that the ones before left.
 * @param alive one byte a row, 1 for the rows to look at; those of outliers are set to 0
 * @param scratch of as many numbers as there are rows; what it holds afterwards means nothing
 */
export function markOutliers(
  { metric, values }: MetricColumn,
  alive: Uint8Array,
  scratch = new Float64Array(values.length),
): MetricOutliers {
  const found = numbersOf(values, alive, scratch);
  const considered = found.length;
  if (considered < FEWEST_VALUES) return { metric, considered, outliers: 0, skipped: 'too-few-values' };
  const quartiles = quartilesInPlace(found);
  const bounds = quartiles && quartiles.q1 !== quartiles.q3 ? fences(quartiles) : undefined;
  // Without spread the bounds are the common value itself, and every other row would be an outlier.
  if (bounds === undefined) return { metric, considered, outliers: 0, skipped: 'iqr-zero' };
  return { metric, considered, ...bounds, outliers: markOutside(values, alive, bounds) };
}

interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

function fences({ q1, q3 }: { q1: number; q3: number }): Bounds {
  const margin = FENCE * (q3 - q1);
  // Values near the largest double overflow here; no finite value lies beyond it, and JSON has no infinity.
  return { lower: Math.max(q1 - margin, -Number.MAX_VALUE), upper: Math.min(q3 + margin, Number.MAX_VALUE) };
}

function numbersOf(values: Float64Array, alive: Uint8Array, found: Float64Array): Float64Array {
  let count = 0;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? NaN;
    if (alive[row] === 1 && !Number.isNaN(value)) found[count++] = value;
  }
  return found.subarray(0, count);
}

function markOutside(values: Float64Array, alive: Uint8Array, { lower, upper }: Bounds): number {
  let outliers = 0;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? NaN;
    if (alive[row] === 1 && (value < lower || value > upper)) {
      alive[row] = 0;
      outliers += 1;
    }
  }
  return outliers;
}
