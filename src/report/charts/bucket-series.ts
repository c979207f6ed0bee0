import type { Rollup, RollupFigures, RollupGroup } from '../../contract/result/rollup.js';

/** One metric over consecutive buckets; one of them, unless there are too many to be told apart. */
export interface SeriesPoint {
  /** Of the first bucket, and of the last where there are several. */
  readonly from: string;
  readonly to: string;
  /** Rows that count here. */
  readonly rows: number;
  /** Buckets without a single row, of this many. */
  readonly missing: number;
  readonly buckets: number;
  /** Metric by metric, in their order; null where there is no number. */
  readonly means: readonly (number | null)[];
}

/** Points a chart has at most. */
const POINTS_MOST = 370;

/** Means over rows, put together of means over fewer rows. */
export class Means {
  rows = 0;
  readonly #sums: Float64Array;
  readonly #weights: Float64Array;

  constructor(readonly metrics: readonly string[]) {
    this.#sums = new Float64Array(metrics.length);
    this.#weights = new Float64Array(metrics.length);
  }

  add({ rows, metrics }: Pick<RollupGroup, 'rows' | 'metrics'>): void {
    this.rows += rows;
    for (const [index, metric] of this.metrics.entries()) {
      const [mean, weight] = weighed(metrics[metric]);
      if (mean === null || weight === 0) continue;
      this.#sums[index] = (this.#sums[index] ?? 0) + mean * weight;
      this.#weights[index] = (this.#weights[index] ?? 0) + weight;
    }
  }

  /** Null where there is no number, or none that a double can hold. */
  means(): readonly (number | null)[] {
    return this.metrics.map((_, index) => {
      const mean = (this.#sums[index] ?? 0) / (this.#weights[index] ?? 0);
      return Number.isFinite(mean) ? mean : null;
    });
  }
}

function weighed(figures: RollupFigures | undefined): readonly [number | null, number] {
  return figures === undefined ? [null, 0] : [figures.mean, figures.weight ?? figures.count];
}

/** Whether groups say of which bucket they are. */
export function hasBuckets({ groupedBy, collapsed = [] }: Rollup): boolean {
  return groupedBy.includes('bucket') && !collapsed.includes('bucket');
}

/** Puts groups together, bucket by bucket. */
export function createBucketSeries(
  labels: readonly string[],
  metrics: readonly string[],
): { add(group: RollupGroup): void; points(missing: ReadonlySet<string>): readonly SeriesPoint[] } {
  const width = Math.max(1, Math.ceil(labels.length / POINTS_MOST));
  const pointOf = new Map(labels.map((label, index) => [label, Math.floor(index / width)]));
  const means = Array.from({ length: Math.ceil(labels.length / width) }, () => new Means(metrics));
  return {
    add(group) {
      if (typeof group.bucket === 'string') means[pointOf.get(group.bucket) ?? -1]?.add(group);
    },
    points(missing) {
      return means.map((point, index) => {
        const own = labels.slice(index * width, (index + 1) * width);
        return {
          from: own[0] ?? '',
          to: own.at(-1) ?? '',
          rows: point.rows,
          missing: own.filter((label) => missing.has(label)).length,
          buckets: own.length,
          means: point.means(),
        };
      });
    },
  };
}
