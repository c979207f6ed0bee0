import type { Claim, LedgerRevision } from '../../ports/index.js';
import type { Query } from '../postgres/database.js';
import { conflict } from '../postgres/errors.js';
import { readRevision } from './ledger-rows.js';

interface Latest {
  readonly revision: number;
  readonly content_hash: string;
  /** It was not delivered, and its bytes are gone: nobody can finish it. */
  readonly lost: boolean;
}

/**
 * The revision for a run's content, in the caller's transaction. The row lock on the delivery puts all its claims in a
 * row, whichever worker makes them: two runs with the same content get one revision, with different content two.
 */
export async function claimRevision(query: Query, claim: Claim): Promise<LedgerRevision> {
  const { deliveryId } = claim;
  await lockDelivery(query, claim);
  const [own] = await query<{ revision: number }>(OWN_CLAIM, [deliveryId, claim.runKey]);
  const revision = own?.revision ?? (await newClaim(query, claim));
  const claimed = await readRevision(query, { deliveryId, revision });
  if (!claimed) throw conflict(`revision ${revision} of delivery ${deliveryId} is claimed, but not in the ledger`);
  return claimed;
}

async function lockDelivery(query: Query, { deliveryId, org, destination, series, at }: Claim): Promise<void> {
  await query(ADD_DELIVERY, [deliveryId, org, destination, at, series]);
  const [head] = await query<{ org: string; destination: string }>(LOCK_DELIVERY, [deliveryId]);
  if (head?.org !== org || head.destination !== destination) {
    throw conflict(`delivery ${deliveryId} belongs to another organisation or destination than the run that claims it`);
  }
}

async function newClaim(query: Query, claim: Claim): Promise<number> {
  const { deliveryId, contentHash, queryId, runKey, workflowId, at } = claim;
  const [latest] = await query<Latest>(LATEST, [deliveryId]);
  const adopted = latest?.content_hash === contentHash && !latest.lost;
  const revision = (latest?.revision ?? 0) + (adopted ? 0 : 1);
  if (!adopted) {
    const window = JSON.stringify(claim.window);
    await query(ADD_REVISION, [deliveryId, revision, contentHash, queryId, window, runKey, at]);
  }
  await query(ADD_CLAIM, [deliveryId, runKey, revision, workflowId, at]);
  return revision;
}

const ADD_DELIVERY = `
INSERT INTO deliveries (delivery_id, org, destination, first_at, series) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`;

const LOCK_DELIVERY = 'SELECT org, destination FROM deliveries WHERE delivery_id = $1 FOR UPDATE';

const OWN_CLAIM = 'SELECT revision FROM delivery_claims WHERE delivery_id = $1 AND run_key = $2';

const LATEST = `
SELECT revision, content_hash, expired_at IS NOT NULL AND delivered_by IS NULL AS lost
FROM delivery_revisions WHERE delivery_id = $1 ORDER BY revision DESC LIMIT 1`;

const ADD_REVISION = `
INSERT INTO delivery_revisions (delivery_id, revision, content_hash, query_id, delivery_window, claimed_by, claimed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)`;

const ADD_CLAIM = `
INSERT INTO delivery_claims (delivery_id, run_key, revision, workflow_id, claimed_at) VALUES ($1, $2, $3, $4, $5)`;
