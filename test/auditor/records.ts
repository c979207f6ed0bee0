import type { Folder } from './folder.js';
import { OBJECT, oneOf, TEXT, WHOLE, type JsonObject } from './line.js';

/** A run as Temporal has it, from its first execution to its last. */
export interface Run {
  readonly workflowId: string;
  /** Of its first execution. */
  readonly runId: string;
  readonly status: (typeof STATUSES)[number];
  /** What it returned, unread: it is the product's word. */
  readonly result: JsonObject | undefined;
  readonly failureType: string | undefined;
}

/** `lost`: it continued as new, and its next execution is not there. */
export const STATUSES = ['running', 'lost', 'completed', 'failed', 'cancelled', 'terminated', 'timed-out'] as const;

/** Postgres's name for a run. */
export interface RunRecord {
  readonly workflowId: string;
  readonly runId: string;
  readonly runKey: string;
  /** While a side is not known, the run counts as there. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export interface Submission {
  readonly runKey: string;
  readonly generation: number;
  readonly idempotencyKey: string;
  readonly begunAtMs: number;
  readonly changedAtMs: number;
}

export interface Orphan {
  readonly runKey: string;
  readonly generation: number;
}

/** A row of the audit trail. */
export interface AuditRow {
  readonly seq: number;
  readonly entry: string;
  readonly prevHash: string;
  readonly hash: string;
  /** All columns, by name. */
  readonly columns: JsonObject;
}

/** A part as the ledger has it. */
export interface LedgerPart {
  readonly deliveryId: string;
  readonly revision: number;
  readonly part: number;
  readonly webhookId: string;
  readonly sha256: string;
}

const STATUS = oneOf(...STATUSES);

export function readRuns(folder: Folder): readonly Run[] {
  return folder.lines('runs.ndjson').map((line) => ({
    workflowId: line.must('workflowId', TEXT),
    runId: line.must('runId', TEXT),
    status: line.must('status', STATUS),
    result: line.may('result', OBJECT),
    failureType: line.may('failureType', TEXT),
  }));
}

export function readRunRecords(folder: Folder): readonly RunRecord[] {
  return folder.lines('run-records.ndjson').map((line) => ({
    workflowId: line.must('workflow_id', TEXT),
    runId: line.must('first_execution_run_id', TEXT),
    runKey: line.must('run_key', TEXT),
    startedAtMs: line.may('started_at', TEXT) === undefined ? -Infinity : line.instant('started_at'),
    endedAtMs: line.may('finished_at', TEXT) === undefined ? Infinity : line.instant('finished_at'),
  }));
}

export function readSubmissions(folder: Folder): readonly Submission[] {
  return folder.lines('submissions.ndjson').map((line) => ({
    runKey: line.must('run_key', TEXT),
    generation: line.must('generation', WHOLE),
    idempotencyKey: line.must('idempotency_key', TEXT),
    begunAtMs: line.instant('begun_at'),
    changedAtMs: line.instant('changed_at'),
  }));
}

export function readOrphans(folder: Folder): readonly Orphan[] {
  return folder.lines('orphans.ndjson').map((line) => ({
    runKey: line.must('run_key', TEXT),
    generation: line.must('generation', WHOLE),
  }));
}

export function readAuditRows(folder: Folder): readonly AuditRow[] {
  return folder.lines('audit.ndjson').map((line) => ({
    seq: line.must('seq', WHOLE),
    entry: line.must('entry', TEXT),
    prevHash: line.must('prev_hash', TEXT),
    hash: line.must('hash', TEXT),
    columns: line.value,
  }));
}

export function readLedgerParts(folder: Folder): readonly LedgerPart[] {
  return folder
    .lines('ledger.ndjson')
    .filter((line) => line.must('table', TEXT) === 'delivery_parts')
    .map((line) => line.within('row'))
    .map((row) => ({
      deliveryId: row.must('delivery_id', TEXT),
      revision: row.must('revision', WHOLE),
      part: row.must('part', WHOLE),
      webhookId: row.must('part_id', TEXT),
      sha256: row.must('body_sha256', TEXT),
    }));
}
