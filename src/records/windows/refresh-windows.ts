import type { Query } from '../postgres/database.js';

/** Every window as the ledger has it; followed by a condition on `s.delivery_id`, some of them. */
export const REFRESH_WINDOWS = `
UPDATE windows w SET revision = s.delivered, newest_revision = s.newest, corrections = s.corrections,
  delivered_at = s.delivered_at, claimed_at = s.claimed_at
FROM (SELECT delivery_id, max(revision) AS newest, max(revision) FILTER (WHERE delivered_by IS NOT NULL) AS delivered,
        greatest(count(delivered_by) - 1, 0) AS corrections, max(delivered_at) AS delivered_at,
        max(claimed_at) FILTER (WHERE delivered_by IS NOT NULL) AS claimed_at
      FROM delivery_revisions GROUP BY delivery_id) s
WHERE w.delivery_id = s.delivery_id`;

/** Writes what the ledger has of these deliveries to their windows, in the transaction that has changed it. */
export async function refreshWindows(query: Query, deliveryIds: readonly string[]): Promise<void> {
  await query(`${REFRESH_WINDOWS} AND s.delivery_id = ANY($1)`, [deliveryIds]);
}
