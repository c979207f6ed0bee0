/** What `rollup.ts` says as types, at run time: see `result-schema.ts`. */
import { z } from 'zod';

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

const metrics = z.record(z.string(), z.object(figures)).describe('Figures by metric.');

const groupSchema = z.object({
  bucket: z
    .string()
    .nullable()
    .exactOptional()
    .describe('Label of the bucket; null for rows outside the window. Absent where buckets were given up.'),
  dimensions: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .describe('Values of the dimensions; empty where these were given up.'),
  rows: count.describe('Rows of the group.'),
  metrics,
});

/** `summary.rollup` as a payload has it: `Rollup`. */
export const rollupSchema = z.object({
  rows: count.describe('Rows that were summed up.'),
  weightMetric: z.string().exactOptional().describe('The metric that means are weighted by; absent: none.'),
  metrics: z
    .record(z.string(), z.object({ ...figures, ...quartiles }))
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
