/**
 * What `result.ts` says as types, at run time: published as JSON Schema, and what the gateway answers with. The two are held
 * against each other in test/unit/house/house-schemas.test.ts. Descriptions are for readers of any language.
 */
import { z } from 'zod';
import { LISTED_AT_MOST } from './dataset.js';
import { WARNING_KINDS } from './result.js';
import { resultExample } from './result-document.js';
import { rollupSchema } from './rollup-schema.js';

const count = z.int().min(0);
const instant = z.string().meta({ examples: ['2026-11-01T00:00:00Z'] });
const perMetric = z.record(z.string(), count);
const number = z.number();

/** Stored bytes, by where and what. */
const blobSchema = z.object({
  scope: z.string().describe('What the bytes belong to and are deleted with.'),
  sha256: z.string().describe('Their hash, 64 hex digits.'),
  bytes: count.describe('How many they are.'),
});

export const windowSchema = z.object({
  from: instant.describe('Inclusive, an instant in UTC.'),
  to: instant.describe('Exclusive, an instant in UTC.'),
  timeZone: z.string().describe('IANA name of the zone in which its days and buckets are counted.'),
  label: z.string().meta({
    description: 'For people, in that zone; both ends inclusive.',
    examples: ['2026-11-01..2026-11-07'],
  }),
});

export const completenessSchema = z.object({
  expected: count.describe('Buckets that the window has.'),
  missing: z.array(z.string()).describe(`Labels of buckets without any row, oldest first; ${LISTED_AT_MOST} at most.`),
  missingCount: count.describe('How many there are, listed or not.'),
  nullBuckets: perMetric.describe('Buckets that have rows but no value, by requested metric.'),
});

export const outliersSchema = z.object({
  mode: z.enum(['remove', 'flag', 'off']).describe('As the request has it.'),
  total: count.describe('Rows that were removed (`remove`) or would have been (`flag`).'),
  metrics: z
    .array(
      z.object({
        metric: z.string().describe('The metric.'),
        considered: count.describe('Rows with a numeric value that were looked at.'),
        lower: number.exactOptional().describe('Below it a row is an outlier; absent where the rule did not apply.'),
        upper: number.exactOptional().describe('Above it a row is an outlier; absent where the rule did not apply.'),
        outliers: count.describe('Outliers found.'),
        skipped: z
          .enum(['iqr-zero', 'too-few-values'])
          .exactOptional()
          .describe('Why nothing was looked for, if so: half of the values are the same, or fewer than 4 values.'),
      }),
    )
    .describe('By metric, each on what the one before left.'),
});

export const samplingSchema = z.object({
  sampled: z.boolean().describe('Whether fewer rows are delivered than were left.'),
  kept: count.describe('Rows in the sample.'),
  of: count.describe('Of so many.'),
  maxRows: count.describe('As the request has it.'),
});

export const qualitySchema = z.object({
  warnings: z
    .array(
      z.object({
        kind: z.enum(WARNING_KINDS).describe('What is wrong.'),
        key: z.string().exactOptional().describe('The key of the rows that it is about, where there is one.'),
        count: count.describe('Rows concerned.'),
        message: z.string().describe('The same as a sentence.'),
      }),
    )
    .describe('Defects of the rows, one for each kind and key.'),
  nulls: perMetric.describe('Rows whose metric is null, by requested metric.'),
  numericStrings: perMetric.describe('Numbers that came as strings, by requested metric. They count as numbers.'),
});

export const rowCountsSchema = z.object({
  returned: count.describe('Rows that the source returned.'),
  kept: count.describe('Left after outliers, before sampling.'),
  delivered: count.describe('In the payload.'),
});

const outcomeSchema = z
  .enum(['completed', 'unchanged', 'undelivered'])
  .describe(
    '`completed`: delivered. `unchanged`: these numbers had been delivered before, nothing was sent. ' +
      '`undelivered`: the receiver did not take them.',
  );

export const deliverySchema = z.object({
  deliveryId: z.string().describe('The same for the same window of the same numbers, whoever asks. 32 hex digits.'),
  revision: z.int().min(1).describe('1, 2, 3, …: other numbers for the same window.'),
  parts: count.describe('Payloads of which the revision consists.'),
  attempts: count.describe('Times the outstanding parts were sent, the successful one included; 0: nothing to send.'),
  signed: z.boolean().describe('Whether a secret was configured.'),
  lastFailure: z.string().exactOptional().describe('Of an undelivered run: what the receiver last answered.'),
});

const ids = {
  workflowId: z.string().describe('Names the run; Temporal has it under this id.'),
  runId: z.string().describe('The first run id of its chain.'),
};

/** What `aggregateJourneyMetrics` returns: `AggregateResult`. */
export const aggregateResultSchema = z
  .object({
    ...ids,
    outcome: outcomeSchema,
    queryId: z.string().describe('As the source named the query.'),
    window: windowSchema.describe('What was read, half-open.'),
    rows: rowCountsSchema.describe('How many rows there were, step by step.'),
    completeness: completenessSchema.describe('Which buckets of the window the rows cover.'),
    outliers: outliersSchema.describe('What the interquartile rule found.'),
    sampling: samplingSchema.describe('What the sample left out.'),
    quality: qualitySchema.describe('What verification found, over all rows returned.'),
    summary: z
      .object({
        rollup: rollupSchema
          .extend({
            table: blobSchema.describe('All groups, in the same order, a line of JSON each: in the dataset store.'),
          })
          .describe('The rows that are left after outliers, before sampling, summed up.'),
      })
      .exactOptional()
      .describe('As in the payload, with fewer groups listed. Absent where the request wants none.'),
    dataset: blobSchema.exactOptional().describe("Names the run's rows in the dataset store."),
    delivery: deliverySchema.describe('How it reached the receiver.'),
    latencyMs: count.describe('Milliseconds from the start of the run to the end of the delivery.'),
    accuracyRate: number.describe('Rows delivered / rows returned × 100; 100 when nothing was returned.'),
  })
  .meta({
    title: 'Result of aggregateJourneyMetrics',
    description: 'How a run ended that did not fail. Less than 16 KiB; lists are cut, with the full count beside them.',
    examples: [resultExample],
  });

/** What `redeliver` returns: `RedeliverResult`. */
export const redeliverResultSchema = z.object({
  ...ids,
  outcome: outcomeSchema,
  delivery: deliverySchema.describe('What was sent once more.'),
});
