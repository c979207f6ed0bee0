import type { AuditEntry } from './records.js';

/** An entry as it is listed: everything that it says, and the names that all lists share. */
export interface AuditListing extends AuditEntry {
  readonly seq: number;
  readonly effectId: string;
  /** When Postgres got it. */
  readonly recordedAt: string;
  readonly hash: string;
  /** The same as `status`. */
  readonly outcome: AuditEntry['status'];
  /** `timestamp` less `latency_ms`. */
  readonly startedAt: string;
}

export interface AuditFilter {
  readonly limit: number;
  /** Entries whose `timestamp` is at this instant or later. */
  readonly since?: string;
  readonly org?: string;
  /** Of these organisations: of an empty list nothing. */
  readonly orgs?: readonly string[];
  readonly workflowId?: string;
  /** Entries with a lower number: the page before this one. */
  readonly before?: number;
}

export interface AuditReader {
  /** Newest first. Rejects with an `AdapterError`. */
  list(filter: AuditFilter, signal: AbortSignal): Promise<readonly AuditListing[]>;
}
