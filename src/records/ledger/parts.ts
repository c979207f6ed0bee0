import type { LedgerPart } from '../../ports/index.js';
import type { Query } from '../postgres/database.js';
import { conflict } from '../postgres/errors.js';
import { lockRevision, readRevision, type RevisionKey } from './ledger-rows.js';

type NewPart = Omit<LedgerPart, 'deliveredAt'>;

/** Fixes the bytes of every part, in the caller's transaction. The first caller's stand: the next ones get those. */
export async function fixParts(
  query: Query,
  key: RevisionKey,
  parts: readonly NewPart[],
): Promise<readonly LedgerPart[]> {
  const { deliveryId, revision } = key;
  await lockRevision(query, key);
  const standing = await readRevision(query, key);
  if (!standing) throw conflict(`delivery ${deliveryId} has no revision ${revision} whose parts could be fixed`);
  if (standing.parts) return standing.parts;
  if (parts.length === 0 || parts.some(({ part }, index) => part !== index)) {
    throw conflict(`the parts of revision ${revision} of delivery ${deliveryId} are not numbered 0, 1, 2, …`);
  }
  const rows = parts.map(({ part, partId, body, rows: count }) => [
    part,
    partId,
    body.scope,
    body.sha256,
    body.bytes,
    count,
  ]);
  await query(ADD_PARTS, [deliveryId, revision, JSON.stringify(rows)]);
  return parts.map((part) => ({ ...part, deliveredAt: null }));
}

// One statement for all of them: there may be many thousands.
const ADD_PARTS = `
INSERT INTO delivery_parts (delivery_id, revision, part, part_id, body_scope, body_sha256, body_bytes, row_count)
SELECT $1, $2, (p ->> 0)::integer, p ->> 1, p ->> 2, p ->> 3, (p ->> 4)::bigint, (p ->> 5)::bigint
FROM jsonb_array_elements($3) AS p`;
