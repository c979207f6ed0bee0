import { z } from 'zod';
import type { Immutable } from '../immutable.js';
import { windowSchema } from '../window.js';
import { payloadExample } from './result-examples.js';
import { completenessSchema, outliersSchema, qualitySchema, samplingSchema } from './result.js';
import { rollupSchema } from './rollup.js';

const count = z.int().min(0);

/** The body of one part, as it is posted to a receiver: published for receivers; `activities/payload.ts` makes it. */
export const payloadSchema = z
  .object({
    schemaVersion: z
      .literal(1)
      .describe('A key may be added under the same number; one that changes its meaning raises it.'),
    deliveryId: z.string().describe('Identity of what is delivered: key your tables by it. 32 hex digits.'),
    revision: z.int().min(1).describe('1, 2, 3, …: other numbers for the same window.'),
    supersedes: z.int().min(1).exactOptional().describe('The revision before, from 2 on.'),
    part: z
      .object({ index: count.describe('From 0.'), count: z.int().min(1).describe('Parts of the revision.') })
      .describe('A revision counts when all its parts are there.'),
    timestamp: z.string().describe('When the delivery began, the same in all parts and attempts. ISO 8601 in UTC.'),
    org: z.string().describe('The organisation.'),
    queryId: z.string().describe('As the source named the query.'),
    window: windowSchema.describe('What the rows are of, half-open.'),
    summary: z
      .object({
        total: count.describe('Rows that the source returned.'),
        sampled: count.describe('Rows in all parts together.'),
        kept: count.describe('Rows left after outliers, before sampling.'),
        isSample: z.boolean().describe('Whether fewer rows are delivered than were kept.'),
        rollup: rollupSchema
          .exactOptional()
          .describe('The kept rows summed up, the same in every part; absent where the request wants none.'),
      })
      .describe('Of the whole revision.'),
    sampling: samplingSchema.describe('What the sample left out.'),
    completeness: completenessSchema.describe('Which buckets of the window the rows cover.'),
    quality: qualitySchema
      .extend({ outliers: outliersSchema.describe('What the interquartile rule found.') })
      .describe('What verification found, over all rows returned.'),
    metrics: z
      .array(z.record(z.string(), z.unknown()))
      .describe('The rows of this part, each with the very bytes that the source sent.'),
  })
  .meta({
    title: 'Payload of a delivery',
    description: 'One part of one revision. Everything but `part` and `metrics` says the same in every part of it.',
    examples: [payloadExample],
  });
export type Payload = Immutable<z.output<typeof payloadSchema>>;
