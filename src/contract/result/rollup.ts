import { z } from 'zod';
import type { Immutable } from '../values/immutable.js';
import { blobSchema } from './blob-ref.js';

const count = z.int().min(0);
const figure = z.number().nullable();

const figures = {
  count: count.describe('Rows with a number for this metric, including numbers in strings.'),
  nulls: count.describe('Rows without a number.'),
  sum: figure.describe('Exact, rounded once. Null if there is no number; this holds for all figures below.'),
  mean: figure.describe('`sum / count`; with a weight metric Σ value × weight / Σ weight.'),
  min: figure.describe('The least value.'),
  max: figure.describe('The greatest value.'),
  weight: figure.exactOptional().describe('Σ weight over the rows that have both; only with a weight metric.'),
};
const quartiles = {
  q1: figure.describe('Of n sorted values the one at ⌊n/4⌋.'),
  median: figure.describe('The one at ⌊n/2⌋.'),
  q3: figure.describe('The one at ⌊3n/4⌋.'),
};

const figuresSchema = z.object(figures);
const totalSchema = z.object({ ...figures, ...quartiles });

/** One metric over some rows. `sum` is null, too, with values above 2^960. */
export type RollupFigures = Immutable<z.output<typeof figuresSchema>>;
/** One metric over all rows. */
export type RollupTotal = Immutable<z.output<typeof totalSchema>>;

const metrics = z.record(z.string(), figuresSchema).describe('Figures by metric.');
/** What a row has under a dimension. Null where it has nothing there, or an object or array. */
const dimensionValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type DimensionValue = z.output<typeof dimensionValue>;

/** The rows of one bucket with the same values of all requested dimensions. */
const groupSchema = z.object({
  bucket: z
    .string()
    .nullable()
    .exactOptional()
    .describe('Label of the bucket; null for rows outside the window. Absent if buckets were collapsed.'),
  dimensions: z
    .record(z.string(), dimensionValue)
    .describe('Values of the dimensions; empty if dimensions were collapsed.'),
  rows: count.describe('Rows of the group.'),
  metrics,
});
export type RollupGroup = Immutable<z.output<typeof groupSchema>>;

/** `summary.rollup` as a payload has it: the rows that are left after outliers, before sampling, summed up. */
export const rollupSchema = z.object({
  rows: count.describe('Number of aggregated rows.'),
  weightMetric: z.string().exactOptional().describe('The metric that weights the means. Absent if there is none.'),
  metrics: z
    .record(z.string(), totalSchema)
    .describe('Figures over all rows, by metric. Quartiles are never weighted.'),
  groupedBy: z.array(z.string()).describe('The keys of the groups: the dimensions, then `bucket`.'),
  collapsed: z
    .array(z.string())
    .exactOptional()
    .describe('Keys that were dropped because there were too many groups. Absent if none were.'),
  groupCount: count.describe('Number of groups, listed or not.'),
  groups: z.array(groupSchema).describe('The groups with the most rows first; the list is truncated.'),
  other: z
    .object({ rows: count.describe('Their rows.'), metrics, groups: count.describe('How many groups.') })
    .exactOptional()
    .describe('All groups that are not listed, combined. Absent if all are listed.'),
});
export type Rollup = Immutable<z.output<typeof rollupSchema>>;

/**
 * As the run's result has it. Receivers do not get the table: they cannot read our store, and two runs of the same content
 * have two tables. It belongs to the run's dataset: the source's rows expire with it.
 */
export const rollupWithTableSchema = rollupSchema.extend({
  table: blobSchema.describe('All groups in the same order, one JSON line each, in the dataset store.'),
});
export type RollupWithTable = Immutable<z.output<typeof rollupWithTableSchema>>;
