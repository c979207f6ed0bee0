/**
 * Values counted in bins of one width, the first from `from`. All of a bin's values are at least its start and below its end, as
 * people read both: 0.3 is in the bin from 0.3, although three times the double 0.1 is more.
 */
export interface Histogram {
  /** Values there are, those in no bin included. */
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
  /** Values below the first and above the last bin: so far out that bins up to them would leave all the others in one. */
  readonly below: number;
  readonly above: number;
}

/** A metric, and the bounds outside which it has outliers, where there are some. */
export interface HistogramWish {
  readonly metric: string;
  readonly bounds?: { readonly lower: number; readonly upper: number };
}

export interface Bins {
  readonly from: number;
  readonly width: number;
  readonly bins: number;
}

const BINS_ABOUT = 24;

/**
 * Bins with round edges from the least to the greatest value; with bounds no further out than a quarter of their distance beyond
 * them, or one wild value would flatten everything else.
 */
export function binsFor(min: number, max: number, bounds?: HistogramWish['bounds']): Bins {
  // Parts, because the distance of two doubles may be beyond a double.
  const reach = bounds ? bounds.upper / 4 - bounds.lower / 4 : Infinity;
  const low = bounds ? Math.max(min, Math.min(bounds.lower - reach, max)) : min;
  const high = bounds ? Math.min(max, Math.max(bounds.upper + reach, low)) : max;
  const width = roundStep((high / 2 - low / 2) / (BINS_ABOUT / 2));
  const from = Math.max(-Number.MAX_VALUE, stepOf(low, width) * width);
  // No spread at all, or less than doubles of this size can tell apart.
  if (!(from + width > from) || !Number.isFinite(from)) return { from: low, width: Math.abs(low) / 10 || 1, bins: 1 };
  return { from, width, bins: stepOf(high, width) - stepOf(from, width) + 1 };
}

/** Counts values into bins; of those that are no number nothing is counted. */
export function createHistogram({ from, width, bins }: Bins): {
  add(values: Float64Array): void;
  counted(min: number, max: number): Histogram;
} {
  const counts = new Float64Array(bins);
  const first = stepOf(from, width);
  let [below, above] = [0, 0];
  return {
    add(values) {
      for (const value of values) {
        const bin = stepOf(value, width) - first;
        if (bin < 0) below += 1;
        else if (bin < bins) counts[bin] = (counts[bin] ?? 0) + 1;
        else if (bin >= bins) above += 1;
      }
    },
    counted(min, max) {
      const count = counts.reduce((sum, each) => sum + each, below + above);
      return { count, min, max, from, width, counts: Array.from(counts), below, above };
    },
  };
}

/** Which multiple of the width a value has reached; one that it misses by the rounding of doubles counts as reached. */
function stepOf(value: number, width: number): number {
  const steps = value / width;
  return Math.floor(steps * (1 + Math.sign(steps) * 4 * Number.EPSILON));
}

/** Of a metric without a single number. */
export const NO_VALUES: Histogram = {
  count: 0,
  min: null,
  max: null,
  from: 0,
  width: 1,
  counts: [],
  below: 0,
  above: 0,
};

/** The next of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, … that is not smaller. */
function roundStep(step: number): number {
  const base = 10 ** Math.floor(Math.log10(step));
  return [1, 2, 5, 10].map((times) => times * base).find((round) => round >= step) ?? step;
}
