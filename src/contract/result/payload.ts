import { z } from 'zod';
import type { Immutable } from '../values/immutable.js';
import { windowSchema } from '../values/window.js';
import { derivedFactsSchema } from './derived.js';
import { payloadExample } from './result-examples.js';
import { reportSchema, seriesSchema } from './report.js';
import { completenessSchema, outliersSchema, qualitySchema, samplingSchema } from './result.js';
import { rollupSchema } from './rollup.js';

const count = z.int().min(0);

/** Content is what was asked for: the comparison with CXone's own sums is for results. */
const payloadFactsSchema = derivedFactsSchema.omit({ reconciliation: true }).meta({
  id: 'DeliveredFacts',
  description: 'How journeys were made of contacts.',
});

/** The body of one part, as it is posted to a receiver: published for receivers; `activities/payload.ts` makes it. */
export const payloadSchema = z
  .object({
    schemaVersion: z.literal(1).describe('New keys do not change this number; a changed meaning does.'),
    deliveryId: z.string().describe('Identity of the delivery: use it as the key of your tables. 32 hex digits.'),
    revision: z.int().min(1).describe('1, 2, 3, …: raised when the figures of the window change.'),
    supersedes: z.int().min(1).exactOptional().describe('The revision before, from 2 on.'),
    part: z
      .object({ index: count.describe('From 0.'), count: z.int().min(1).describe('Parts of the revision.') })
      .describe('A revision is complete when all its parts have arrived.'),
    timestamp: z.string().describe('When the delivery began, the same in all parts and attempts. ISO 8601 in UTC.'),
    org: z.string().describe('The organisation.'),
    queryId: z.string().describe('The id that the source gave the query.'),
    series: seriesSchema,
    report: reportSchema
      .extend({ filter: z.record(z.string(), z.unknown()).describe('As in the request.') })
      .describe('What was asked for.'),
    window: windowSchema.describe('The window of the rows, half-open.'),
    summary: z
      .object({
        total: count.describe('Rows that the source returned.'),
        sampled: count.describe('Rows in all parts together.'),
        kept: count.describe('Rows that remain after outliers, before sampling.'),
        isSample: z.boolean().describe('Whether fewer rows are delivered than were kept.'),
        rollup: rollupSchema
          .exactOptional()
          .describe('Aggregates of the kept rows, the same in every part. Absent if the request turns the rollup off.'),
      })
      .describe('Of the whole revision.'),
    journeys: payloadFactsSchema.exactOptional().describe('Only from a source of kind `contacts`.'),
    sampling: samplingSchema.describe('What the sample left out.'),
    completeness: completenessSchema.describe('Which buckets of the window the rows cover.'),
    quality: qualitySchema
      .extend({ outliers: outliersSchema.describe('What the interquartile rule found.') })
      .describe('What verification found, over all rows returned.'),
    metrics: z
      .array(z.record(z.string(), z.unknown()))
      .describe('The rows of this part, each with the exact bytes that the source sent.'),
  })
  .meta({
    title: 'Payload of a delivery',
    description: 'One part of one revision. All keys except `part` and `metrics` are the same in every part.',
    examples: [payloadExample],
  });
export type Payload = Immutable<z.output<typeof payloadSchema>>;
