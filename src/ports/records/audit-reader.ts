import type { AuditListing } from '../../contract/audit-entry.js';

export type { AuditListing } from '../../contract/audit-entry.js';

export interface AuditFilter {
  readonly limit: number;
  /** Entries whose `timestamp` is at this instant or later. */
  readonly since?: string;
  readonly org?: string;
  /** Of these organisations: of an empty list nothing. */
  readonly orgs?: readonly string[];
  readonly workflowId?: string;
  /** 16 hex digits. */
  readonly series?: string;
  /** Entries with a lower number: the page before this one. */
  readonly before?: number;
}

export interface AuditReader {
  /** Newest first. Rejects with an `AdapterError`. */
  list(filter: AuditFilter, signal: AbortSignal): Promise<readonly AuditListing[]>;
}
