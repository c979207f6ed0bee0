import type { LedgerPart, LedgerRevision } from '../../ports/index.js';
import type { RunWindow } from '../../contract/request/request.js';
import type { Report } from '../../contract/result/report.js';
import type { Query } from '../postgres/database.js';

/** Names one revision of one delivery. */
export interface RevisionKey {
  readonly deliveryId: string;
  readonly revision: number;
}

export interface RevisionRow {
  readonly delivery_id: string;
  readonly revision: number;
  readonly org: string;
  readonly destination: string;
  readonly delivery_window: RunWindow;
  readonly query_id: string;
  readonly series: string | null;
  /** JSON, without the name. */
  readonly report: string | null;
  readonly name: string | null;
  readonly content_hash: string;
  readonly claimed_by: string;
  readonly claimed_at: Date;
  readonly delivered_by: string | null;
  readonly parts: readonly PartRow[] | null;
}

interface PartRow {
  readonly part: number;
  readonly part_id: string;
  readonly body_scope: string;
  readonly body_sha256: string;
  readonly body_bytes: number;
  readonly row_count: number;
  /** As JSON has it: with an offset. */
  readonly delivered_at: string | null;
}

/** Columns of a {@link RevisionRow} of `delivery_revisions r JOIN deliveries d`: one statement, so parts and state agree. */
export const REVISION_COLUMNS = `
  r.delivery_id, r.revision, d.org, d.destination, r.delivery_window, r.query_id, r.content_hash, r.claimed_by, r.claimed_at,
  r.delivered_by,
  d.series, (SELECT s.report FROM series s WHERE s.series = d.series) AS report,
  (SELECT n.name FROM runs n WHERE n.run_key = r.claimed_by) AS name,
  (SELECT jsonb_agg(to_jsonb(p) ORDER BY p.part) FROM delivery_parts p
    WHERE p.delivery_id = r.delivery_id AND p.revision = r.revision) AS parts`;

const ONE_REVISION = `
SELECT ${REVISION_COLUMNS} FROM delivery_revisions r JOIN deliveries d USING (delivery_id)
WHERE r.delivery_id = $1 AND r.revision = $2`;

const LOCK_REVISION = 'SELECT FROM delivery_revisions WHERE delivery_id = $1 AND revision = $2 FOR UPDATE';

/** Until the caller's transaction ends. */
export async function lockRevision(query: Query, { deliveryId, revision }: RevisionKey): Promise<void> {
  await query(LOCK_REVISION, [deliveryId, revision]);
}

export async function readRevision(query: Query, key: RevisionKey): Promise<LedgerRevision | null> {
  const [row] = await query<RevisionRow>(ONE_REVISION, [key.deliveryId, key.revision]);
  return row ? revisionOf(row) : null;
}

export function revisionOf(row: RevisionRow): LedgerRevision {
  return {
    deliveryId: row.delivery_id,
    revision: row.revision,
    org: row.org,
    destination: row.destination,
    window: row.delivery_window,
    queryId: row.query_id,
    series: row.series,
    report: storedReport(row),
    contentHash: row.content_hash,
    claimedBy: row.claimed_by,
    claimedAt: row.claimed_at.toISOString(),
    deliveredBy: row.delivered_by,
    parts: row.parts?.map(partOf) ?? null,
  };
}

/** The settings of a series, with the name that a run gave them. We wrote the text: see `planRun`. */
export function storedReport({ report, name }: Pick<RevisionRow, 'report' | 'name'>): Report | null {
  if (report === null) return null;
  return { ...(name !== null && { name }), ...(JSON.parse(report) as Report) };
}

function partOf(row: PartRow): LedgerPart {
  return {
    part: row.part,
    partId: row.part_id,
    body: { scope: row.body_scope, sha256: row.body_sha256, bytes: row.body_bytes },
    rows: row.row_count,
    deliveredAt: row.delivered_at === null ? null : new Date(row.delivered_at).toISOString(),
  };
}
