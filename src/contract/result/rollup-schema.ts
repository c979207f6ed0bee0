/** What `rollup.ts` says as types, at run time: see `result-schema.ts`. */
import { z } from 'zod';

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

const metrics = z.record(z.string(), z.object(figures)).describe('Figures by metric.');

const groupSchema = z.object({
  bucket: z
    .string()
    .nullable()
    .exactOptional()
    .describe('Label of the bucket; null for rows outside the window. Absent if buckets were collapsed.'),
  dimensions: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .describe('Values of the dimensions; empty if dimensions were collapsed.'),
  rows: count.describe('Rows of the group.'),
  metrics,
});

/** `summary.rollup` as a payload has it: `Rollup`. */
export const rollupSchema = z.object({
  rows: count.describe('Number of aggregated rows.'),
  weightMetric: z.string().exactOptional().describe('The metric that weights the means. Absent if there is none.'),
  metrics: z
    .record(z.string(), z.object({ ...figures, ...quartiles }))
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
