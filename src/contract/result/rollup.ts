import { z } from 'zod';
import type { Immutable } from '../immutable.js';
import { blobSchema } from './blob-ref.js';

const count = z.int().min(0);
const figure = z.number().nullable();

const figures = {
  count: count.describe('Rows with a number for it; numbers in strings are numbers.'),
  nulls: count.describe('Rows without one.'),
  sum: figure.describe('Exact before it is rounded once. Null where there is no number to speak of, as below.'),
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
    .describe('Label of the bucket; null for rows outside the window. Absent where buckets were given up.'),
  dimensions: z
    .record(z.string(), dimensionValue)
    .describe('Values of the dimensions; empty where these were given up.'),
  rows: count.describe('Rows of the group.'),
  metrics,
});
export type RollupGroup = Immutable<z.output<typeof groupSchema>>;

/** `summary.rollup` as a payload has it: the rows that are left after outliers, before sampling, summed up. */
export const rollupSchema = z.object({
  rows: count.describe('Rows that were summed up.'),
  weightMetric: z.string().exactOptional().describe('The metric that means are weighted by; absent: none.'),
  metrics: z
    .record(z.string(), totalSchema)
    .describe('Figures over all rows, by metric. Quartiles are never weighted.'),
  groupedBy: z.array(z.string()).describe('What the groups are groups of: the dimensions, then `bucket`.'),
  collapsed: z
    .array(z.string())
    .exactOptional()
    .describe('What of that was given up because there were too many groups; absent when nothing was.'),
  groupCount: count.describe('Groups that there are, listed or not.'),
  groups: z.array(groupSchema).describe('Those with the most rows first; cut.'),
  other: z
    .object({ rows: count.describe('Their rows.'), metrics, groups: count.describe('How many groups.') })
    .exactOptional()
    .describe('All groups that are not listed, together; absent when all are.'),
});
export type Rollup = Immutable<z.output<typeof rollupSchema>>;

/**
 * As the run's result has it. Receivers do not get the table: they cannot read our store, and two runs of the same content
 * have two tables. It belongs to the run's dataset: the source's rows expire with it.
 */
export const rollupWithTableSchema = rollupSchema.extend({
  table: blobSchema.describe('All groups, in the same order, a line of JSON each: in the dataset store.'),
});
export type RollupWithTable = Immutable<z.output<typeof rollupWithTableSchema>>;
