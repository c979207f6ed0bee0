import type { BlobRef } from './blob-ref.js';

/** What a row has under a dimension. Null where it has nothing there, or an object or array. */
export type DimensionValue = string | number | boolean | null;

/** One metric over some rows. Null where there is no number to speak of. */
export interface RollupFigures {
  /** Rows with a number for it; numbers in strings are numbers. */
  readonly count: number;
  /** Rows without one: null, absent, or of another type. */
  readonly nulls: number;
  /** Exact before it is rounded once, so that the order of rows is without effect. Null, too, with values above 2^960. */
  readonly sum: number | null;
  /** `sum / count`; with a weight metric Σ value × weight / Σ weight, over the rows that have both. */
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Σ weight over the rows that have both; only with a weight metric. */
  readonly weight?: number | null;
}

/** One metric over all rows. Of n sorted values those at ⌊n/4⌋, ⌊n/2⌋ and ⌊3n/4⌋; never weighted. */
export interface RollupTotal extends RollupFigures {
  readonly q1: number | null;
  readonly median: number | null;
  readonly q3: number | null;
}

/** The rows of one bucket with the same values of all requested dimensions. */
export interface RollupGroup {
  /** Label of the bucket; null for rows outside the window and for dates that name none. Absent where buckets were given up. */
  readonly bucket?: string | null;
  /** Empty where the dimensions were given up. */
  readonly dimensions: Readonly<Record<string, DimensionValue>>;
  readonly rows: number;
  readonly metrics: Readonly<Record<string, RollupFigures>>;
}

/** `summary.rollup`: the rows that are left after outliers, before sampling, summed up. */
export interface Rollup {
  readonly rows: number;
  readonly weightMetric?: string;
  /** Over all rows, by metric. */
  readonly metrics: Readonly<Record<string, RollupTotal>>;
  /** What the groups are groups of: the requested dimensions, then `bucket`. */
  readonly groupedBy: readonly string[];
  /** What was given up of that because there were too many groups; absent when nothing was. */
  readonly collapsed?: readonly string[];
  /** Groups that there are. */
  readonly groupCount: number;
  /** Those with the most rows first; cut, `groupCount` is the full number. */
  readonly groups: readonly RollupGroup[];
  /** All groups that are not listed, together; absent when all are. */
  readonly other?: Pick<RollupGroup, 'rows' | 'metrics'> & { readonly groups: number };
}

/** As the run's result has it. A receiver gets none of this: the store is not his, and another run of the same content has another. */
export interface RollupWithTable extends Rollup {
  /** All groups, in the same order: a line of JSON each. Of the run's dataset: the source's rows expire with it. */
  readonly table: BlobRef;
}
