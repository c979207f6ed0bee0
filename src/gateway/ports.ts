import type { RunHandle } from '../client.js';
import type { BlobRef } from '../contract/result/dataset.js';
import type { AuditListing } from '../records/audit/audit-log.js';
import type { RunsData } from '../report/render-runs.js';

/** A key of one caller: what another caller sends under the same name is another key. */
export interface OwnedKey {
  /** Id of the principal. */
  readonly principal: string;
  /** As sent in `Idempotency-Key`. */
  readonly key: string;
}

export interface KeyClaim extends OwnedKey {
  /** SHA-256 of the body's canonical JSON, 64 hex digits. */
  readonly bodyHash: string;
  readonly workflowId: string;
  /** The request as it is started, with an absolute window: JSON. */
  readonly request: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What a key stands for, whoever of several claimed it first. */
export interface ClaimedKey {
  /** Whether this claim is the first one. */
  readonly isNew: boolean;
  readonly bodyHash: string;
  readonly workflowId: string;
  readonly claimedAt: string;
  /** The run that came of it; null while nobody has heard of one: then `request` is what is to be started. */
  readonly runId: string | null;
  readonly request: string | null;
}

/** Which request was sent under which key, and which run came of it. Rejects with an `AdapterError`. */
export interface IdempotencyKeys {
  /** Written ahead of the start, so that a crash between the two is finished by the next request with this key. */
  claim(claim: KeyClaim, signal: AbortSignal): Promise<ClaimedKey>;
  /** Says which run came of it. The first answer stands. */
  settle(key: OwnedKey, runId: string, signal: AbortSignal): Promise<void>;
}

export interface AuditQuery {
  readonly limit: number;
  /** Entries with a lower number. */
  readonly before?: number;
  /** Entries whose `timestamp` is at this instant or later. */
  readonly since?: string;
  /** Of these organisations; absent: of all, and of none. */
  readonly orgs?: readonly string[];
  readonly workflowId?: string;
}

export interface AuditReader {
  /** Newest first. Rejects with an `AdapterError`. */
  list(query: AuditQuery, signal: AbortSignal): Promise<readonly AuditListing[]>;
}

/** `raw`: all that the source returned; `kept`: what is left after outliers; `delivered`: after sampling, too. */
export const ROW_CHOICES = ['kept', 'delivered', 'raw'] as const;
export const ROW_FORMATS = ['ndjson', 'csv'] as const;

export interface RowChoice {
  readonly rows: (typeof ROW_CHOICES)[number];
  readonly format: (typeof ROW_FORMATS)[number];
}

/** The rows of runs that have ended. */
export interface RowReader {
  /**
   * The text of a run's rows, a page at a time in memory.
   * Rejects with an `AdapterError`, and so may the chunks: what was read until then is not all.
   */
  read(dataset: BlobRef, choice: RowChoice, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** Pages for people. */
export interface Pages {
  /** The report of a run. Rejects with `JourneyMetricsError` where Temporal does not have it, or does not answer. */
  report(run: RunHandle, signal: AbortSignal): Promise<string>;
  /** The list of runs. */
  runs(data: RunsData): string;
  /** A run in the Temporal UI; undefined where none is known. */
  runUrl(workflowId: string, runId: string): string | undefined;
}

/** What the gateway cannot do without. Each rejects when it is away. */
export interface Health {
  temporal(signal: AbortSignal): Promise<unknown>;
  database(signal: AbortSignal): Promise<unknown>;
}
