import type { BlobRef } from './blob-ref.js';
import type { RollupWithTable } from './rollup.js';
import type { OutlierMode, RunWindow } from '../request/request.js';

/** How a run ended. The first three are results; the others are the failure, cancellation or end from outside. */
export type CompletedOutcome = 'completed' | 'unchanged' | 'undelivered';
export type RunOutcome = CompletedOutcome | 'failed' | 'cancelled' | 'terminated' | 'timed-out';

/** The last four are about the result as a whole. */
export const WARNING_KINDS = [
  ...(['missing-key', 'wrong-type', 'rounded', 'outside-window', 'unreadable-date'] as const),
  ...(['unstorable-text', 'repeated-rows', 'no-rows', 'no-readable-date'] as const),
] as const;

/** A kind of defect in the rows, once per kind and key, never once per row. */
export interface QualityWarning {
  readonly kind: (typeof WARNING_KINDS)[number];
  /** The row key concerned, where there is one. */
  readonly key?: string;
  /** Rows concerned. */
  readonly count: number;
  readonly message: string;
}

/** What verification found over all rows returned. */
export interface Quality {
  readonly warnings: readonly QualityWarning[];
  /** Rows whose metric is null, per requested metric. */
  readonly nulls: Readonly<Record<string, number>>;
  /** Numbers that came as strings, per requested metric: they count as numbers, and are delivered as they came. */
  readonly numericStrings: Readonly<Record<string, number>>;
}

/** Which buckets of the window the rows cover. */
export interface Completeness {
  /** Buckets that the window has. */
  readonly expected: number;
  /** Labels of buckets without any row, oldest first; cut at 100, `missingCount` is the full number. */
  readonly missing: readonly string[];
  readonly missingCount: number;
  /** Buckets that have rows but no value, per requested metric. */
  readonly nullBuckets: Readonly<Record<string, number>>;
}

/** The interquartile rule on one metric, after the metrics before it. */
export interface MetricOutliers {
  readonly metric: string;
  /** Rows with a numeric value that were looked at. */
  readonly considered: number;
  /** Bounds outside which a row is an outlier; absent when the rule did not apply. */
  readonly lower?: number;
  readonly upper?: number;
  readonly outliers: number;
  /** Why nothing was looked for, if so. */
  readonly skipped?: 'iqr-zero' | 'too-few-values';
}

export interface Outliers {
  readonly mode: OutlierMode;
  /** Rows that were removed (`remove`) or would have been (`flag`). */
  readonly total: number;
  readonly metrics: readonly MetricOutliers[];
}

export interface Sampling {
  readonly sampled: boolean;
  /** Rows kept by the sample, of how many. */
  readonly kept: number;
  readonly of: number;
  readonly maxRows: number;
}

export interface RowCounts {
  /** Rows the source returned. */
  readonly returned: number;
  /** Rows left after outliers, before sampling. */
  readonly kept: number;
  /** Rows in the delivered payload. */
  readonly delivered: number;
}

export interface DeliveryReport {
  readonly deliveryId: string;
  readonly revision: number;
  readonly parts: number;
  /** Times the outstanding parts were sent, the successful one included; 0 when nothing had to be sent. */
  readonly attempts: number;
  readonly signed: boolean;
  /** Of an undelivered run: what the receiver last answered. */
  readonly lastFailure?: string;
}

/** What `aggregateJourneyMetrics` returns: plain JSON below 16 KiB. Lists are cut at stated numbers, with the full count beside them. */
export interface AggregateResult {
  readonly workflowId: string;
  readonly runId: string;
  readonly outcome: CompletedOutcome;
  readonly queryId: string;
  readonly window: RunWindow;
  readonly rows: RowCounts;
  readonly completeness: Completeness;
  readonly outliers: Outliers;
  readonly sampling: Sampling;
  readonly quality: Quality;
  /** As in the payload, with fewer groups listed. Absent where the request wants none. */
  readonly summary?: { readonly rollup: RollupWithTable };
  /** Names the run's rows in the dataset store: what `runs export` reads. */
  readonly dataset?: BlobRef;
  readonly delivery: DeliveryReport;
  /** From the start of the workflow to the end of delivery. */
  readonly latencyMs: number;
  /** The seed's meaning: rows delivered / rows returned × 100; 100 when nothing was returned. */
  readonly accuracyRate: number;
}

/** Input of `redeliver`: by the run that delivered it, or by the delivery itself. */
export interface RedeliverRequest {
  readonly workflowId?: string;
  readonly deliveryId?: string;
  /** The latest one unless given. */
  readonly revision?: number;
  /** Send every part again, also those that were acknowledged. Same ids, same bytes. */
  readonly all?: boolean;
}

export interface RedeliverResult {
  readonly workflowId: string;
  readonly runId: string;
  readonly outcome: CompletedOutcome;
  readonly delivery: DeliveryReport;
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
