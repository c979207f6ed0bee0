import type { FailureType } from '../contract/failures.js';
import type { RunWindow } from '../contract/request/request.js';
import type { DeliveryReport, RowCounts, RunOutcome } from '../contract/result/result.js';

export interface RunRecord {
  readonly runKey: string;
  readonly workflowId: string;
  readonly firstExecutionRunId: string;
  readonly org: string;
  readonly requester: string;
  readonly queryHash: string;
  readonly window: RunWindow;
  readonly destination: string;
  readonly deliveryId: string;
  readonly startedAt: string;
}

export interface RunRecords {
  /** Opens the run's record; a second call changes nothing. */
  open(run: RunRecord, signal: AbortSignal): Promise<void>;
  /** Runs without an audit entry that were started before the instant, oldest first. */
  unaudited(before: string, limit: number, signal: AbortSignal): Promise<readonly RunRecord[]>;
}

export interface SubmissionKey {
  readonly runKey: string;
  /** 1, 2, 3: a query that is gone is submitted again as the next generation. */
  readonly generation: number;
}

/** A query that the source has accepted. */
export interface SubmittedQuery {
  readonly location: string;
  readonly submittedAt: string;
  /** As the source named it when it accepted; null where it did not. */
  readonly queryId: string | null;
}

/** What the record says before a submission is sent. */
export type SubmissionStart =
  | ({ readonly state: 'submitted' } & SubmittedQuery)
  /** Send it. `suspectedOrphans` earlier ones may have been accepted. */
  | { readonly state: 'send'; readonly suspectedOrphans: number }
  /** Five suspected orphans: no more is sent. */
  | { readonly state: 'ambiguous'; readonly suspectedOrphans: number };

export interface Submissions {
  /** Writes `pending` ahead of the request. A `pending` found here was left by a crash and becomes a suspected orphan. */
  begin(key: SubmissionKey & { idempotencyKey: string }, at: string, signal: AbortSignal): Promise<SubmissionStart>;
  /** `refused`: nothing runs upstream. `unknown`: one more suspected orphan. */
  settle(
    key: SubmissionKey,
    outcome: { state: 'refused' | 'unknown' } | ({ state: 'submitted' } & SubmittedQuery),
    signal: AbortSignal,
  ): Promise<void>;
}

export type AuditKind = 'run' | 'redelivery' | 'reconciled';

/** One entry of the audit trail. The first six fields are the seed's. */
export interface AuditEntry {
  readonly timestamp: string;
  readonly queryId: string | null;
  readonly latency_ms: number;
  /** Null where no rows were returned because the run did not get that far. */
  readonly accuracy_rate: number | null;
  readonly rows_processed: number;
  readonly status: RunOutcome;
  readonly kind: AuditKind;
  readonly org: string | null;
  readonly workflowId: string;
  readonly runKey: string;
  readonly requester: string;
  readonly queryHash: string | null;
  readonly window: RunWindow | null;
  readonly rows: RowCounts | null;
  readonly delivery: DeliveryReport | null;
  readonly failureType: FailureType | null;
  /** One sentence, scrubbed. */
  readonly failureMessage: string | null;
}

export interface AuditTrail {
  /** One entry per effect id, ever: a second call answers with the one that stands. */
  append(effectId: string, entry: AuditEntry, signal: AbortSignal): Promise<{ seq: number; hash: string }>;
  /** Whether an effect id has its entry. */
  has(effectId: string, signal: AbortSignal): Promise<boolean>;
}
