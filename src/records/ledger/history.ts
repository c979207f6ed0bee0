import type { LedgerRevision, RevisionCauses } from '../../ports/index.js';
import type { RunOutcome } from '../../contract/result/result.js';
import type { Database } from '../postgres/database.js';
import { REVISION_COLUMNS, revisionOf, type RevisionRow } from './ledger-rows.js';

/** A run that read the window and got this revision: it made it, finished it, or found it unchanged. */
export interface Reading {
  readonly workflowId: string;
  /** Null where the run has no record. */
  readonly requester: string | null;
  /** How the run ended; null while it is under way. */
  readonly outcome: RunOutcome | null;
  /** When it claimed the revision. */
  readonly at: string;
}

/** A revision, and who had to do with it. */
export interface RecordedRevision extends LedgerRevision {
  /** When the last part was acknowledged, and for which run or redelivery; null while parts are outstanding. */
  readonly delivered: { readonly at: string; readonly workflowId: string | null } | null;
  /** When its bytes were given up; null while they are kept. */
  readonly expiredAt: string | null;
  /** Why it is there; null of one that was claimed before this was kept. */
  readonly causes: RevisionCauses | null;
  /** Oldest first; the first one made it. */
  readonly readings: readonly Reading[];
}

/** Which deliveries: those of an organisation, and those whose window shares an instant with `[from, to)`. All unless said. */
export interface HistoryFilter {
  readonly org?: string;
  readonly deliveryId?: string;
  readonly series?: string;
  /** Instants. */
  readonly between?: { readonly from: string; readonly to: string };
}

interface HistoryRow extends RevisionRow {
  readonly delivered_at: Date | null;
  readonly deliverer: string | null;
  readonly expired_at: Date | null;
  readonly causes: RevisionCauses | null;
  readonly readings: readonly ReadingRow[] | null;
}

interface ReadingRow {
  readonly workflow_id: string;
  readonly requester: string | null;
  readonly outcome: RunOutcome | null;
  /** As JSON has it: with an offset. */
  readonly at: string;
}

/** Every revision of every delivery that the filter takes: the deliveries together, each from its first revision on. */
export async function revisionHistory(
  database: Database,
  { org, between, deliveryId, series }: HistoryFilter,
  signal: AbortSignal,
): Promise<readonly RecordedRevision[]> {
  const rows = await database.run('reading the history of deliveries', signal, (query) =>
    query<HistoryRow>(HISTORY, [
      ...[between?.from ?? null, between?.to ?? null, org ?? null, deliveryId ?? null, series ?? null],
    ]),
  );
  return rows.map(recordedOf);
}

function recordedOf(row: HistoryRow): RecordedRevision {
  const { delivered_at: deliveredAt, deliverer, readings } = row;
  return {
    ...revisionOf(row),
    delivered: deliveredAt && { at: deliveredAt.toISOString(), workflowId: deliverer },
    expiredAt: row.expired_at?.toISOString() ?? null,
    causes: row.causes,
    readings: (readings ?? []).map(({ workflow_id: workflowId, requester, outcome, at }) => ({
      workflowId,
      requester,
      outcome,
      at: new Date(at).toISOString(),
    })),
  };
}

// A redelivery has no record of a run, but an entry in the trail.
const HISTORY = `
SELECT ${REVISION_COLUMNS}, r.delivered_at, r.expired_at, r.causes,
  coalesce((SELECT n.workflow_id FROM runs n WHERE n.run_key = r.delivered_by),
           (SELECT a.workflow_id FROM audit a WHERE a.run_key = r.delivered_by ORDER BY a.seq LIMIT 1)) AS deliverer,
  (SELECT jsonb_agg(jsonb_build_object('workflow_id', c.workflow_id, 'requester', n.requester, 'outcome', n.outcome,
                                       'at', c.claimed_at) ORDER BY c.claim_no)
     FROM delivery_claims c LEFT JOIN runs n USING (run_key)
    WHERE c.delivery_id = r.delivery_id AND c.revision = r.revision) AS readings
FROM delivery_revisions r JOIN deliveries d USING (delivery_id)
WHERE ($1::timestamptz IS NULL OR (r.delivery_window ->> 'to')::timestamptz > $1)
  AND ($2::timestamptz IS NULL OR (r.delivery_window ->> 'from')::timestamptz < $2)
  AND ($3::text IS NULL OR d.org = $3)
  AND ($4::text IS NULL OR d.delivery_id = $4)
  AND ($5::text IS NULL OR d.series = $5)
ORDER BY d.org, r.delivery_window ->> 'from', d.first_at, r.delivery_id, r.revision`;
