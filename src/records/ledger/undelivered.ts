import type { Database } from '../postgres/database.js';

/** A revision that its destination has not got, and that could be sent again. */
export interface UndeliveredRevision {
  readonly deliveryId: string;
  readonly revision: number;
  readonly org: string;
  readonly window: { readonly from: string; readonly to: string };
  readonly claimedAt: string;
}

interface Row {
  readonly delivery_id: string;
  readonly revision: number;
  readonly org: string;
  readonly delivery_window: { readonly from: string; readonly to: string };
  readonly claimed_at: Date;
}

/** Of one destination, claimed since the instant, in that order. Without those that a later revision has made superfluous. */
export async function undeliveredSince(
  database: Database,
  { destination, since, org }: { readonly destination: string; readonly since: string; readonly org?: string },
  signal: AbortSignal,
): Promise<readonly UndeliveredRevision[]> {
  const rows = await database.run('listing what is undelivered', signal, (query) =>
    query<Row>(UNDELIVERED, [destination, since, org ?? null]),
  );
  return rows.map((row) => ({
    deliveryId: row.delivery_id,
    revision: row.revision,
    org: row.org,
    window: row.delivery_window,
    claimedAt: row.claimed_at.toISOString(),
  }));
}

/** Names of destinations that something was claimed for, whether they are still configured or not. */
export async function deliveredTo(database: Database, signal: AbortSignal): Promise<readonly string[]> {
  const rows = await database.run('listing destinations', signal, (query) =>
    query<{ readonly destination: string }>('SELECT DISTINCT destination FROM deliveries ORDER BY destination', []),
  );
  return rows.map(({ destination }) => destination);
}

const UNDELIVERED = `
SELECT r.delivery_id, r.revision, d.org, r.delivery_window, r.claimed_at
FROM delivery_revisions r JOIN deliveries d USING (delivery_id)
WHERE d.destination = $1 AND r.claimed_at >= $2 AND ($3::text IS NULL OR d.org = $3) AND r.delivered_by IS NULL AND r.expired_at IS NULL
  AND EXISTS (SELECT FROM delivery_parts p WHERE p.delivery_id = r.delivery_id AND p.revision = r.revision)
  AND NOT EXISTS (SELECT FROM delivery_revisions x WHERE x.delivery_id = r.delivery_id AND x.revision > r.revision)
ORDER BY r.claimed_at, r.delivery_id`;
