import type { AuditListing } from '../../ports/index.js';
import { auditLog } from '../audit/audit-log.js';
import type { Database } from '../postgres/database.js';
import { deliveryAnswers, type DeliveryAnswers } from '../ledger/delivery-answers.js';

/** What a report about a run reads. */
export interface ReportRecords {
  /** Newest first, of whatever had this workflow id; fifty at most. */
  auditEntries(workflowId: string, signal: AbortSignal): Promise<readonly AuditListing[]>;
  /** What the receiver said to the revision that the run got, whoever sent it; null where it got none. */
  deliveryAnswers(
    key: { readonly deliveryId: string; readonly runKey: string },
    signal: AbortSignal,
  ): Promise<DeliveryAnswers | null>;
}

const ENTRIES_MOST = 50;

/** Reads only. Throws only `RecordsError`. */
export function reportRecords(database: Database, now: () => number): ReportRecords {
  const trail = auditLog(database, now);
  return {
    auditEntries: (workflowId, signal) => trail.list({ limit: ENTRIES_MOST, workflowId }, signal),
    deliveryAnswers: (key, signal) => deliveryAnswers(database, key, signal),
  };
}
