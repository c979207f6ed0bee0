/** What a run returns: published as JSON Schema and answered by the gateway. Descriptions are for readers of any language. */
import { z } from 'zod';
import { COMPLETED_OUTCOMES, OUTLIER_MODES, WARNING_KINDS } from '../closed-sets.js';
import type { Immutable } from '../values/immutable.js';
import { LISTED_AT_MOST } from '../limits.js';
import { windowSchema } from '../values/window.js';
import { blobSchema } from './blob-ref.js';
import { derivedFactsSchema } from './derived.js';
import { reportSchema, seriesSchema } from './report.js';
import { resultExample } from './result-examples.js';
import { rollupWithTableSchema } from './rollup.js';

export type { CompletedOutcome, RunOutcome } from '../closed-sets.js';

const count = z.int().min(0);
const perMetric = z.record(z.string(), count);

export const completenessSchema = z.object({
  expected: count.describe('Buckets that the window has.'),
  missing: z.array(z.string()).describe(`Labels of buckets without any row, oldest first; ${LISTED_AT_MOST} at most.`),
  missingCount: count.describe('Number of missing buckets, listed or not.'),
  nullBuckets: perMetric.describe('Buckets with rows but without a value, by requested metric.'),
});
export type Completeness = Immutable<z.output<typeof completenessSchema>>;

/** The interquartile rule on one metric, after the metrics before it. */
const metricOutliersSchema = z.object({
  metric: z.string().describe('The metric.'),
  considered: count.describe('Rows with a numeric value that were tested.'),
  lower: z.number().exactOptional().describe('A row below this is an outlier. Absent if the rule did not apply.'),
  upper: z.number().exactOptional().describe('A row above this is an outlier. Absent if the rule did not apply.'),
  outliers: count.describe('Outliers found.'),
  skipped: z
    .enum(['iqr-zero', 'too-few-values'])
    .exactOptional()
    .describe('Why the metric was not tested: half of its values are the same, or it has fewer than 4 values.'),
});
export type MetricOutliers = Immutable<z.output<typeof metricOutliersSchema>>;

export const outliersSchema = z.object({
  mode: z.enum(OUTLIER_MODES).describe('As in the request.'),
  total: count.describe('Rows that were removed (`remove`) or only counted (`flag`).'),
  metrics: z.array(metricOutliersSchema).describe('By metric, each on the rows that remain after the one before.'),
});
export type Outliers = Immutable<z.output<typeof outliersSchema>>;

export const samplingSchema = z.object({
  sampled: z.boolean().describe('Whether fewer rows were delivered than kept.'),
  kept: count.describe('Rows in the sample.'),
  of: count.describe('Rows before sampling.'),
  maxRows: count.describe('As in the request.'),
});
export type Sampling = Immutable<z.output<typeof samplingSchema>>;

/** A kind of defect in the rows, once per kind and key, never once per row. */
const warningSchema = z.object({
  kind: z.enum(WARNING_KINDS).describe('The kind of defect.'),
  key: z.string().exactOptional().describe('The key with the defect, if there is one.'),
  count: count.describe('Rows concerned.'),
  message: z.string().describe('The same as a sentence.'),
});
export type QualityWarning = Immutable<z.output<typeof warningSchema>>;

export const qualitySchema = z.object({
  warnings: z.array(warningSchema).describe('Defects of the rows, one per kind and key.'),
  nulls: perMetric.describe('Rows whose metric is null, by requested metric.'),
  numericStrings: perMetric.describe('Numbers that came as strings, by requested metric. They count as numbers.'),
});
export type Quality = Immutable<z.output<typeof qualitySchema>>;

export const rowCountsSchema = z.object({
  returned: count.describe('Rows that the source returned.'),
  kept: count.describe('Left after outliers, before sampling.'),
  delivered: count.describe('In the payload.'),
  outside: count
    .exactOptional()
    .describe('Rows of other times that the source gave as well. They are left out. Absent if there are none.'),
});
export type RowCounts = Immutable<z.output<typeof rowCountsSchema>>;

const outcomeSchema = z
  .enum(COMPLETED_OUTCOMES)
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
export type DeliveryReport = Immutable<z.output<typeof deliverySchema>>;

/** One of the deliveries of a run. */
export const endedDeliverySchema = deliverySchema.extend({
  destination: z.string().describe('Name of the destination.'),
  outcome: outcomeSchema.describe('How this delivery ended.'),
  rows: count.exactOptional().describe('Rows of the revision, as it was selected for this destination.'),
  superseded: z
    .literal(true)
    .exactOptional()
    .describe(
      'The destination had a later revision already, or later windows that cover this one: nothing was written.',
    ),
  warnings: z.array(warningSchema).exactOptional().describe('What the destination found.'),
});
export type EndedDelivery = Immutable<z.output<typeof endedDeliverySchema>>;

/** Of every result. */
const resultIds = {
  workflowId: z.string().describe('The workflow id of the run in Temporal.'),
  runId: z.string().describe('The first run id of its continue-as-new chain.'),
};

/** What `aggregateJourneyMetrics` returns. */
export const aggregateResultSchema = z
  .object({
    ...resultIds,
    outcome: outcomeSchema,
    queryId: z.string().describe('The id that the source gave the query.'),
    series: seriesSchema,
    report: reportSchema.describe('What was asked for.'),
    window: windowSchema.describe('The window that was read, half-open.'),
    rows: rowCountsSchema.describe('Number of rows after each step.'),
    completeness: completenessSchema.describe('Which buckets of the window the rows cover.'),
    outliers: outliersSchema.describe('What the interquartile rule found.'),
    sampling: samplingSchema.describe('What the sample left out.'),
    quality: qualitySchema.describe('What verification found, over all rows returned.'),
    summary: z
      .object({
        rollup: rollupWithTableSchema.describe('Aggregates of the rows that remain after outliers, before sampling.'),
      })
      .exactOptional()
      .describe('As in the payload, with fewer groups. Absent if the request turns the rollup off.'),
    journeys: derivedFactsSchema.exactOptional().describe('Only from a source of kind `contacts`.'),
    dataset: blobSchema.exactOptional().describe("Reference to the run's rows in the dataset store."),
    delivery: deliverySchema.describe('The delivery to the receiver; the first one, if there are several.'),
    deliveries: z.array(endedDeliverySchema).describe('The delivery to each destination, in the order of the request.'),
    latencyMs: count.describe('Milliseconds from the start of the run to the end of the delivery.'),
    accuracyRate: z
      .number()
      .describe('Rows delivered / rows returned × 100; 100 when nothing was returned: then people see "no rows".'),
  })
  .meta({
    title: 'Result of aggregateJourneyMetrics',
    description:
      'The result of a run that did not fail. Less than 16 KiB: long lists are truncated, with the full count beside them.',
    examples: [resultExample],
  });
export type AggregateResult = Immutable<z.output<typeof aggregateResultSchema>>;

/** What `redeliver` returns. */
export const redeliverResultSchema = z
  .object({
    ...resultIds,
    outcome: outcomeSchema,
    delivery: deliverySchema.describe('The delivery that was sent again; the first one, if there are several.'),
    deliveries: z.array(endedDeliverySchema).describe('Each delivery that was sent again.'),
  })
  .meta({ id: 'RedeliveryResult' });
export type RedeliverResult = Immutable<z.output<typeof redeliverResultSchema>>;

/** Input of `redeliver`: by the run that delivered it, or by the delivery itself. */
export interface RedeliverRequest {
  readonly workflowId?: string;
  readonly deliveryId?: string;
  /** Only what belongs to this organisation: a workflow id may have been used by two. */
  readonly org?: string;
  /** With `workflowId`: only what goes to this destination. */
  readonly destination?: string;
  /** The latest one unless given. */
  readonly revision?: number;
  /** Send every part again, also those that were acknowledged. Same ids, same bytes. */
  readonly all?: boolean;
}

/** What `reconcileAudit` returns. */
export interface ReconcileResult {
  /** Runs that were looked at. */
  readonly checked: number;
  /** Workflow ids of runs that ended without an audit entry of their own and now have one; cut at 100. */
  readonly reconciled: readonly string[];
  readonly reconciledCount: number;
}

/** What `expireDatasets` returns. */
export interface ExpireResult {
  /** Scopes that there were: one a run, and one a delivery. */
  readonly looked: number;
  readonly deletedCount: number;
  readonly deletedBytes: number;
  /** Those that were deleted, cut at 100. */
  readonly deleted: readonly string[];
}
