import type { LedgerRevision } from '../../ports/index.js';
import type { Database } from '../postgres/database.js';
import { REVISION_COLUMNS, revisionOf, type RevisionRow } from './ledger-rows.js';

/** Hex digits that name a series. */
export const SERIES_DIGITS = 16;

/** A run that read the content of a revision. */
interface RevisionRun {
  readonly workflowId: string;
  readonly runId: string;
}

/** The revision of a delivery that its destination has; where it has none, the newest one. */
export interface CurrentRevision extends LedgerRevision {
  readonly series: string;
  /** Null where no revision was ever delivered. */
  readonly deliveredAt: string | null;
  readonly expired: boolean;
  /** The newest revision there is: above `revision` where that one has not arrived. */
  readonly newest: number;
  /** Runs with this content, newest first. */
  readonly runs: readonly RevisionRun[];
}

/** Those of all windows of a series, by its digits, or more digits of its query hash; or one revision. */
type RevisionChoice = { readonly series: string } | { readonly deliveryId: string; readonly revision: number };

interface CurrentRow extends RevisionRow {
  readonly query_hash: string;
  readonly delivered_at: Date | null;
  readonly expired_at: Date | null;
  readonly newest: number;
  readonly runs: readonly { readonly workflow_id: string; readonly run_id: string }[] | null;
}

/** One a window, oldest window first. */
export async function currentRevisions(
  database: Database,
  choice: RevisionChoice,
  signal: AbortSignal,
): Promise<readonly CurrentRevision[]> {
  const values = 'series' in choice ? [choice.series, null, null] : [null, choice.deliveryId, choice.revision];
  const rows = await database.run('reading the revisions of a series', signal, (query) =>
    query<CurrentRow>(CURRENT, values),
  );
  return rows.map((row) => ({
    ...revisionOf(row),
    // Runs of versions before there were series have the digits of their query.
    series: row.series ?? row.query_hash.slice(0, SERIES_DIGITS),
    deliveredAt: row.delivered_at?.toISOString() ?? null,
    expired: row.expired_at !== null,
    newest: row.newest,
    runs: (row.runs ?? []).map(({ workflow_id: workflowId, run_id: runId }) => ({ workflowId, runId })),
  }));
}

// The hash is hex digits, so that no sign of a pattern can be in what it is compared with.
const CURRENT = `
SELECT ${REVISION_COLUMNS}, s.query_hash, r.delivered_at, r.expired_at,
  (SELECT max(v.revision) FROM delivery_revisions v WHERE v.delivery_id = d.delivery_id) AS newest,
  (SELECT jsonb_agg(jsonb_build_object('workflow_id', n.workflow_id, 'run_id', n.first_execution_run_id)
                    ORDER BY c.claim_no DESC)
     FROM delivery_claims c JOIN runs n USING (run_key)
    WHERE c.delivery_id = r.delivery_id AND c.revision = r.revision) AS runs
FROM (SELECT c.delivery_id, max(query_hash) AS query_hash FROM runs JOIN delivery_claims c USING (run_key)
       WHERE ($1::text IS NULL OR coalesce(series, query_hash) LIKE left($1, ${SERIES_DIGITS}) || '%')
         AND ($1::text IS NULL OR length($1) <= ${SERIES_DIGITS} OR query_hash LIKE $1 || '%')
         AND ($2::text IS NULL OR c.delivery_id = $2)
       GROUP BY c.delivery_id) s
JOIN deliveries d USING (delivery_id)
JOIN LATERAL (SELECT * FROM delivery_revisions v
               WHERE v.delivery_id = d.delivery_id AND ($3::integer IS NULL OR v.revision = $3)
               ORDER BY v.delivered_by IS NOT NULL DESC, v.revision DESC LIMIT 1) r ON true
ORDER BY (r.delivery_window ->> 'from')::timestamptz, (r.delivery_window ->> 'to')::timestamptz, d.delivery_id`;
