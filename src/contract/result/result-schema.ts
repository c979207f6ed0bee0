/**
 * What `result.ts` says as types, at run time: published as JSON Schema, and what the gateway answers with. The two are held
 * against each other in test/unit/house/house-schemas.test.ts. Descriptions are for readers of any language.
 */
import { z } from 'zod';
import { LISTED_AT_MOST } from './dataset.js';
import { resultExample } from './result-document.js';
import { rollupSchema } from './rollup-schema.js';

const count = z.int().min(0);
const instant = z.string().meta({ examples: ['2026-11-01T00:00:00Z'] });
const perMetric = z.record(z.string(), count);
const number = z.number();

/** Stored bytes, by where and what. */
const blobSchema = z.object({
  scope: z.string().describe('The run or delivery that the bytes belong to and are deleted with.'),
  sha256: z.string().describe('Their hash, 64 hex digits.'),
  bytes: count.describe('How many they are.'),
});

export const windowSchema = z.object({
  from: instant.describe('Inclusive, an instant in UTC.'),
  to: instant.describe('Exclusive, an instant in UTC.'),
  timeZone: z.string().describe('IANA name of the zone in which its days and buckets are counted.'),
  label: z.string().meta({
    description: 'Label for people, in that zone; both ends inclusive.',
    examples: ['2026-11-01..2026-11-07'],
  }),
});

export const completenessSchema = z.object({
  expected: count.describe('Buckets that the window has.'),
  missing: z.array(z.string()).describe(`Labels of buckets without any row, oldest first; ${LISTED_AT_MOST} at most.`),
  missingCount: count.describe('Number of missing buckets, listed or not.'),
  nullBuckets: perMetric.describe('Buckets with rows but without a value, by requested metric.'),
});

export const outliersSchema = z.object({
  mode: z.enum(['remove', 'flag', 'off']).describe('As in the request.'),
  total: count.describe('Rows that were removed (`remove`) or only counted (`flag`).'),
  metrics: z
    .array(
      z.object({
        metric: z.string().describe('The metric.'),
        considered: count.describe('Rows with a numeric value that were tested.'),
        lower: number.exactOptional().describe('A row below this is an outlier. Absent if the rule did not apply.'),
        upper: number.exactOptional().describe('A row above this is an outlier. Absent if the rule did not apply.'),
        outliers: count.describe('Outliers found.'),
        skipped: z
          .enum(['iqr-zero', 'too-few-values'])
          .exactOptional()
          .describe('Why the metric was not tested: half of its values are the same, or it has fewer than 4 values.'),
      }),
    )
    .describe('By metric, each on the rows that remain after the one before.'),
});

export const samplingSchema = z.object({
  sampled: z.boolean().describe('Whether fewer rows were delivered than kept.'),
  kept: count.describe('Rows in the sample.'),
  of: count.describe('Rows before sampling.'),
  maxRows: count.describe('As in the request.'),
});

export const qualitySchema = z.object({
  warnings: z
    .array(
      z.object({
        kind: z
          .enum(['missing-key', 'wrong-type', 'outside-window', 'unreadable-date'])
          .describe('The kind of defect.'),
        key: z.string().exactOptional().describe('The key with the defect, if there is one.'),
        count: count.describe('Rows concerned.'),
        message: z.string().describe('The same as a sentence.'),
      }),
    )
    .describe('Defects of the rows, one per kind and key.'),
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
    '`completed`: delivered. `unchanged`: the same figures were delivered before, nothing was sent. ' +
      '`undelivered`: the receiver did not accept them.',
  );

export const deliverySchema = z.object({
  deliveryId: z
    .string()
    .describe('Identity of the delivery: the same for the same query and window, for every caller. 32 hex digits.'),
  revision: z.int().min(1).describe('1, 2, 3, …: raised when the figures of the window change.'),
  parts: count.describe('Number of parts of the revision.'),
  attempts: count.describe('Delivery attempts, including the successful one. 0: there was nothing to send.'),
  signed: z.boolean().describe('Whether the delivery was signed.'),
  lastFailure: z.string().exactOptional().describe('The last answer of the receiver, if the run is undelivered.'),
});

const ids = {
  workflowId: z.string().describe('The workflow id of the run in Temporal.'),
  runId: z.string().describe('The first run id of its continue-as-new chain.'),
};

/** What `aggregateJourneyMetrics` returns: `AggregateResult`. */
export const aggregateResultSchema = z
  .object({
    ...ids,
    outcome: outcomeSchema,
    queryId: z.string().describe('The id that the source gave the query.'),
    window: windowSchema.describe('The window that was read, half-open.'),
    rows: rowCountsSchema.describe('Number of rows after each step.'),
    completeness: completenessSchema.describe('Which buckets of the window the rows cover.'),
    outliers: outliersSchema.describe('What the interquartile rule found.'),
    sampling: samplingSchema.describe('What the sample left out.'),
    quality: qualitySchema.describe('What verification found, over all rows returned.'),
    summary: z
      .object({
        rollup: rollupSchema
          .extend({
            table: blobSchema.describe('All groups in the same order, one JSON line each, in the dataset store.'),
          })
          .describe('Aggregates of the rows that remain after outliers, before sampling.'),
      })
      .exactOptional()
      .describe('As in the payload, with fewer groups. Absent if the request turns the rollup off.'),
    dataset: blobSchema.exactOptional().describe("Reference to the run's rows in the dataset store."),
    delivery: deliverySchema.describe('The delivery to the receiver.'),
    latencyMs: count.describe('Milliseconds from the start of the run to the end of the delivery.'),
    accuracyRate: number.describe('Rows delivered / rows returned × 100; 100 when nothing was returned.'),
  })
  .meta({
    title: 'Result of aggregateJourneyMetrics',
    description:
      'The result of a run that did not fail. Less than 16 KiB: long lists are truncated, with the full count beside them.',
    examples: [resultExample],
  });

/** What `redeliver` returns: `RedeliverResult`. */
export const redeliverResultSchema = z.object({
  ...ids,
  outcome: outcomeSchema,
  delivery: deliverySchema.describe('The delivery that was sent again.'),
});
