import type { AuditEntry } from '../../contract/audit-entry.js';
import type { Processing } from '../../contract/request/request.js';
import type { Report } from '../../contract/result/report.js';
import type { RunWindow } from '../../contract/values/window.js';
import type { NewAlert } from './alerts.js';

export type { AuditEntry } from '../../contract/audit-entry.js';

export interface RunRecord {
  readonly runKey: string;
  readonly workflowId: string;
  readonly firstExecutionRunId: string;
  readonly org: string;
  readonly requester: string;
  readonly queryHash: string;
  readonly series: string;
  /** With all of its filter. */
  readonly report: Report;
  readonly processing?: Processing;
  readonly window: RunWindow;
  readonly destination: string;
  readonly deliveryId: string;
  /** Every delivery, where there are several. */
  readonly deliveries?: readonly { readonly deliveryId: string; readonly destination: string }[];
  readonly startedAt: string;
}

/** A run as the records have it; series and report are null of one that is older than they are. */
export type RecordedRun = Omit<RunRecord, 'series' | 'report'> & {
  readonly series: string | null;
  readonly report: Report | null;
};

/** A version of a definition, and the hash of what it says. */
export interface DefinitionRecord {
  readonly org: string;
  readonly name: string;
  readonly hash: string;
  readonly at: string;
}

export interface RunRecords {
  /** Opens the run's record, and that of its series where it is the first; a second call changes nothing. */
  open(run: RunRecord, signal: AbortSignal): Promise<void>;
  /** Records what a version of a definition says, where it is new. @returns the hash that stands */
  define(definition: DefinitionRecord, signal: AbortSignal): Promise<string>;
  /** What a series asks for, with all of its filter and without a name; null where no run of it was opened. */
  reportOf(series: string, signal: AbortSignal): Promise<Report | null>;
  /** Runs without an audit entry that were started before the instant, oldest first. */
  unaudited(before: string, limit: number, signal: AbortSignal): Promise<readonly RecordedRun[]>;
}

export interface SubmissionKey {
  readonly runKey: string;
  /** 1, 2, 3: a query that is gone is submitted again as the next generation. */
  readonly generation: number;
}

/** A query that the source has accepted. */
export interface SubmittedQuery {
  /** Names the query to its source. */
  readonly ticket: string;
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
  begin(
    key: SubmissionKey & {
      idempotencyKey: string;
      /** False where a lost submission runs nothing upstream: then nothing is suspected. */
      mayOrphan: boolean;
    },
    at: string,
    signal: AbortSignal,
  ): Promise<SubmissionStart>;
  /**
   * `naming`: the same is sent once more, under the same key, because the source did not name the query. What comes of that
   * is settled as any other answer; where a crash leaves it open, it becomes a suspected orphan.
   * `refused`: nothing runs upstream. `unknown`: one more suspected orphan. */
  settle(
    key: SubmissionKey,
    outcome: { state: 'refused' | 'unknown' } | ({ state: 'submitted'; naming?: boolean } & SubmittedQuery),
    signal: AbortSignal,
  ): Promise<void>;
  /** The query that was accepted, if any is on record. */
  find(key: SubmissionKey, signal: AbortSignal): Promise<SubmittedQuery | null>;
}

export interface AuditLink {
  readonly seq: number;
  readonly hash: string;
  /** Whether this call wrote it. */
  readonly isNew: boolean;
}

export interface AuditTrail {
  /** One entry per effect id, ever: a second call answers with the one that stands. */
  append(
    effectId: string,
    entry: AuditEntry,
    signal: AbortSignal,
    /** Raised with a new entry, beside what the entry itself is a cause of. */
    alerts?: readonly NewAlert[],
  ): Promise<AuditLink>;
  /** Whether an effect id has its entry. */
  has(effectId: string, signal: AbortSignal): Promise<boolean>;
  /** Those of the effect ids that have no entry. */
  missing(effectIds: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** Up to when every run that had ended was compared with the trail; null: never. A restore sets it back, too. */
  comparedUntil(signal: AbortSignal): Promise<string | null>;
  noteCompared(until: string, signal: AbortSignal): Promise<void>;
}
