import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { Claim, ClaimedRevision } from '../../ports/index.js';
import type { Query } from '../postgres/database.js';
import { conflict } from '../postgres/errors.js';
import { refreshWindows } from '../windows/refresh-windows.js';
import { readRevision, type RevisionKey } from './ledger-rows.js';

interface Standing {
  readonly revision: number;
  /** Whether the bytes of its parts are fixed. */
  readonly fixed: boolean;
}

interface Latest extends Standing {
  readonly content_hash: string;
  /** Null for a revision from before it was kept. */
  readonly row_hash: string | null;
  /** It was not delivered, and its bytes are gone: nobody can finish it. */
  readonly lost: boolean;
}

/**
 * The revision for a run's content, in the caller's transaction. The row lock on the delivery puts all its claims in a
 * row, whichever worker makes them: two runs with the same content get one revision, with different content two.
 */
export async function claimRevision(query: Query, claim: Claim): Promise<ClaimedRevision> {
  const { deliveryId } = claim;
  await lockDelivery(query, claim);
  const known = await readKnown(query, claim);
  const [own] = await query<Standing>(OWN_CLAIM, [deliveryId, claim.runKey]);
  const stands = own && !isSpent(own, claim, known.fence) && !isForgetful(known, claim);
  const made = stands ? { revision: own.revision } : await newClaim(query, claim, known);
  const claimed = await readRevision(query, { deliveryId, revision: made.revision });
  if (!claimed) throw conflict(`revision ${made.revision} of delivery ${deliveryId} is claimed, but not in the ledger`);
  const unexplained = await readUnexplained(query, claimed);
  return { ...claimed, ...made, ...(unexplained && { unexplained }) };
}

interface UnexplainedRow {
  readonly former: number | null;
  readonly content_hash: string;
  readonly row_hash: string | null;
  readonly output: BlobRef | null;
}

async function readUnexplained(
  query: Query,
  { deliveryId, revision }: RevisionKey,
): Promise<ClaimedRevision['unexplained']> {
  const [row] = await query<UnexplainedRow>(UNEXPLAINED, [deliveryId, revision]);
  if (row === undefined) return undefined;
  const { former, content_hash: contentHash, row_hash: rowHash, output } = row;
  return { before: former === null ? null : { contentHash, rowHash, output } };
}

/** What the ledger knows of a delivery: null where it has no revision of it. */
interface Known {
  readonly latest: Latest | null;
  /** What was sent up to this number may be forgotten: see `records fence`. 0 without a fence. */
  readonly fence: number;
}

async function readKnown(query: Query, { deliveryId }: Claim): Promise<Known> {
  const [latest = null] = await query<Latest>(LATEST, [deliveryId]);
  const [fence] = await query<{ above: number }>(FENCE);
  return { latest, fence: fence?.above ?? 0 };
}

/**
 * Whether other bytes may have gone out under the number of a revision: a note is only written once the bytes are fixed,
 * so a ledger that has not fixed them yet was set back.
 */
function isSpent({ revision, fixed }: Standing, { sent = 0, spent }: Claim, fence: number): boolean {
  return revision === spent || (!fixed && (revision <= sent || revision <= fence));
}

/** Whether revisions have gone out that this ledger does not know: then it adopts none of those that it does. */
function isForgetful({ latest }: Known, { sent = 0 }: Claim): boolean {
  return sent > (latest?.revision ?? 0);
}

async function lockDelivery(query: Query, { deliveryId, org, destination, series, at }: Claim): Promise<void> {
  await query(ADD_DELIVERY, [deliveryId, org, destination, at, series]);
  const [head] = await query<{ org: string; destination: string }>(LOCK_DELIVERY, [deliveryId]);
  if (head?.org !== org || head.destination !== destination) {
    throw conflict(`delivery ${deliveryId} belongs to another organisation or destination than the run that claims it`);
  }
}

async function newClaim(
  query: Query,
  claim: Claim,
  { latest, fence }: Known,
): Promise<Pick<ClaimedRevision, 'revision' | 'storeHad'>> {
  const {
    deliveryId,
    contentHash,
    rowHash,
    compare,
    queryId,
    runKey,
    workflowId,
    output,
    at,
    sent = 0,
    spent = 0,
  } = claim;
  const isSame = compare === 'row' ? latest?.row_hash === rowHash : latest?.content_hash === contentHash;
  const above = Math.max(latest?.revision ?? 0, sent, spent, fence);
  const isBehind = latest === null ? above > 0 : above > latest.revision || isSpent(latest, claim, fence);
  const adopted = isSame && latest?.lost === false && !isBehind;
  const revision = adopted ? latest.revision : above + 1;
  const storeHad = isBehind && Math.max(sent, spent) > fence ? Math.max(sent, spent) : null;
  if (!adopted) {
    const window = JSON.stringify(claim.window);
    await query(ADD_REVISION, [deliveryId, revision, contentHash, rowHash, queryId, window, runKey, at, storeHad]);
    await refreshWindows(query, [deliveryId]);
  }
  // What was read last, so that the next revision is compared with rows that are still kept.
  if (claim.missing) await query(SET_MISSING, [deliveryId, claim.missing.count, JSON.stringify(claim.missing.labels)]);
  await query(SET_OUTPUT, [deliveryId, revision, JSON.stringify(output)]);
  await query(ADD_CLAIM, [deliveryId, runKey, revision, workflowId, at]);
  return { revision, ...(storeHad !== null && { storeHad }) };
}

const ADD_DELIVERY = `
INSERT INTO deliveries (delivery_id, org, destination, first_at, series) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`;

const LOCK_DELIVERY = 'SELECT org, destination FROM deliveries WHERE delivery_id = $1 FOR UPDATE';

const FIXED = `EXISTS (SELECT FROM delivery_parts p
  WHERE p.delivery_id = r.delivery_id AND p.revision = r.revision) AS fixed`;

const OWN_CLAIM = `SELECT r.revision, ${FIXED} FROM delivery_claims r WHERE delivery_id = $1 AND run_key = $2`;

const FENCE = 'SELECT above FROM fences ORDER BY above DESC LIMIT 1';

const LATEST = `
SELECT revision, content_hash, row_hash, expired_at IS NOT NULL AND delivered_by IS NULL AS lost, ${FIXED}
FROM delivery_revisions r WHERE delivery_id = $1 ORDER BY revision DESC LIMIT 1`;

const ADD_REVISION = `
INSERT INTO delivery_revisions
  (delivery_id, revision, content_hash, row_hash, query_id, delivery_window, claimed_by, claimed_at, store_had)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

const SET_OUTPUT = 'UPDATE delivery_revisions SET output = $3 WHERE delivery_id = $1 AND revision = $2';

const SET_MISSING = 'UPDATE windows SET missing_count = $2, missing = $3 WHERE delivery_id = $1';

const UNEXPLAINED = `
SELECT b.revision AS former, b.content_hash, b.row_hash, b.output
FROM delivery_revisions r
LEFT JOIN LATERAL (SELECT * FROM delivery_revisions v
  WHERE v.delivery_id = r.delivery_id AND v.revision < r.revision ORDER BY v.revision DESC LIMIT 1) b ON true
WHERE r.delivery_id = $1 AND r.revision = $2 AND r.causes IS NULL`;

const ADD_CLAIM = `
INSERT INTO delivery_claims (delivery_id, run_key, revision, workflow_id, claimed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (delivery_id, run_key) DO UPDATE SET revision = excluded.revision`;
