import type { ClaimedKey, IdempotencyKeys, OwnedKey } from '../../ports/index.js';
import type { Database, Query } from '../postgres/database.js';
import { conflict } from '../postgres/errors.js';

interface KeyRow {
  readonly body_hash: string;
  readonly workflow_id: string;
  readonly request: string | null;
  readonly run_id: string | null;
  readonly claimed_at: Date;
}

/** As long as Temporal is told to keep runs: what a key stands for could not be shown any longer. */
const KEPT_DAYS = 30;
/** Of the old ones, each claim clears away so many. */
const CLEARED_AT_ONCE = 20;

/** The keys that callers of the gateway send, so that what they send twice is done once. */
export function idempotencyKeys(database: Database): IdempotencyKeys {
  return {
    claim: (claim, signal) =>
      database.run('claiming an idempotency key', signal, async (query) => {
        await query(CLEAR, [claim.at, KEPT_DAYS, CLEARED_AT_ONCE]);
        const { principal, key, bodyHash, workflowId, request, at } = claim;
        const added = await query(CLAIM, [principal, key, bodyHash, workflowId, request, at]);
        return standing(query, claim, added.length === 1);
      }),
    settle: async ({ principal, key }, runId, signal) => {
      await database.run('settling an idempotency key', signal, (query) => query(SETTLE, [principal, key, runId]));
    },
  };
}

async function standing(query: Query, { principal, key }: OwnedKey, isNew: boolean): Promise<ClaimedKey> {
  const [row] = await query<KeyRow>(STANDING, [principal, key]);
  if (!row) throw conflict('an idempotency key that was just claimed is gone again');
  return {
    isNew,
    bodyHash: row.body_hash,
    workflowId: row.workflow_id,
    request: row.request,
    runId: row.run_id,
    claimedAt: row.claimed_at.toISOString(),
  };
}

const CLEAR = `
DELETE FROM idempotency_keys WHERE (principal, key) IN (
  SELECT principal, key FROM idempotency_keys WHERE claimed_at < $1::timestamptz - make_interval(days => $2)
  ORDER BY claimed_at LIMIT $3 FOR UPDATE SKIP LOCKED)`;

const CLAIM = `
INSERT INTO idempotency_keys (principal, key, body_hash, workflow_id, request, claimed_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING key`;

const STANDING = `
SELECT body_hash, workflow_id, request, run_id, claimed_at FROM idempotency_keys WHERE principal = $1 AND key = $2`;

const SETTLE = `
UPDATE idempotency_keys SET run_id = $3, request = NULL WHERE principal = $1 AND key = $2 AND run_id IS NULL`;
