import { createHash } from 'node:crypto';
import type {
  Claim,
  DatasetStore,
  DeliveryLedger,
  Directory,
  LedgerRevision,
  RowPipeline,
  RunRecords,
  SentRevisions,
  StandingRevision,
  WindowAt,
} from '../../ports/index.js';
import { failure } from '../failures.js';
import { warnOf } from '../interceptor.js';
import { storeRowsNote } from '../delivery/write-rows.js';
import { explainRevision } from './explain-revision.js';
import { storePayloads, type PayloadSubject } from './store-payloads.js';

/** New content of a run. */
export type ContentSubject = { readonly kind: 'content'; readonly workflowId: string } & PayloadSubject;

export interface ClaimDeps {
  readonly directory: Directory;
  readonly ledger: DeliveryLedger;
  readonly sent: SentRevisions;
  readonly datasets: DatasetStore;
  readonly pipeline: RowPipeline;
  readonly runs: RunRecords;
}

/** Each time the number is higher: more than a few of them means that two ledgers are at work. */
const CLAIMS_AT_MOST = 5;

/**
 * The revision of a run's content, with its bytes fixed and its number noted as sent. Where the ledger was set back to a
 * backup, numbers that other bytes have, in the store's notes or at the destination, are left out. Its parts are null where there is no destination any more that
 * could make them.
 */
export async function claimContent(
  deps: ClaimDeps,
  runKey: string,
  subject: ContentSubject,
  signal: AbortSignal,
): Promise<LedgerRevision> {
  const standing = await standingAt(deps, subject.plan, signal);
  let spent: number | undefined;
  for (let claims = 0; claims < CLAIMS_AT_MOST; claims += 1) {
    const sent = Math.max(await deps.sent.highest(subject.plan.deliveryId, signal), standing?.revision ?? 0);
    const revision = await deps.ledger.claim({ ...claimOf(runKey, subject), sent, ...(spent && { spent }) }, signal);
    const { deliveryId, storeHad } = revision;
    if (storeHad !== undefined) {
      const facts = { deliveryId, revision: revision.revision, storeHad };
      warnOf('store or destination has revisions that Postgres does not know: was it restored? see "Restore"', facts);
    }
    if (isAnothers(standing, revision)) {
      spent = revision.revision;
      continue;
    }
    await explainRevision(deps, subject, revision, signal);
    const fixed = await fixParts(deps, subject, revision, signal);
    if (await isOurs(deps.sent, fixed, signal)) return fixed;
    spent = fixed.revision;
  }
  const { deliveryId } = subject.plan;
  throw failure('RecordsConflict', `other bytes are sent under each new revision of delivery ${deliveryId}`);
}

/** Whether what is fixed may go out under its number. What was delivered in part has been asked for before. */
export async function isOurs(sent: SentRevisions, revision: LedgerRevision, signal: AbortSignal): Promise<boolean> {
  const { deliveryId, parts, deliveredBy } = revision;
  if (parts === null || deliveredBy !== null || parts.some(({ deliveredAt }) => deliveredAt !== null)) return true;
  const hash = createHash('sha256').update(JSON.stringify(parts.map(({ partId, body }) => [partId, body.sha256])));
  return sent.note({ deliveryId, revision: revision.revision, parts: hash.digest('hex') }, signal);
}

/** What its place has of a delivery: a place outlives a ledger that was set back. */
export async function standingAt(
  { directory }: Pick<ClaimDeps, 'directory'>,
  { destination: name, series, report, ...window }: Standing,
  signal: AbortSignal,
): Promise<StandingRevision | undefined> {
  const destination = directory.destination(window.org, name);
  if (destination?.takes !== 'rows' || series === null || report === null) return undefined;
  return destination.standing({ ...window, series, report }, signal);
}

type Standing = Pick<LedgerRevision, 'deliveryId' | 'org' | 'window' | 'destination' | 'series'> & {
  readonly report: WindowAt['report'] | null;
};

/** Whether another run's rows stand under the number of a revision. */
export function isAnothers(standing: StandingRevision | undefined, { revision, claimedBy }: LedgerRevision): boolean {
  return standing?.revision === revision && standing.runKey !== claimedBy;
}

async function fixParts(
  { directory, ledger, ...deps }: ClaimDeps,
  subject: ContentSubject,
  revision: LedgerRevision,
  signal: AbortSignal,
): Promise<LedgerRevision> {
  const destination = directory.destination(subject.plan.org, subject.plan.destination);
  if (revision.parts !== null || !destination) return revision;
  const parts =
    destination.takes === 'rows'
      ? await storeRowsNote(deps, subject, revision.revision, signal)
      : await storePayloads({ ...deps, destination }, subject, revision.revision, signal);
  const { deliveryId } = revision;
  return { ...revision, parts: await ledger.fixParts({ deliveryId, revision: revision.revision }, parts, signal) };
}

function claimOf(runKey: string, { plan, output, queryId, timestamp: at, workflowId }: ContentSubject): Claim {
  const { deliveryId, org, window, series, destination } = plan;
  const { contentHash, rowHash, manifest, completeness } = output;
  const compare = plan.compare ?? 'requested';
  return {
    deliveryId,
    org,
    destination,
    window,
    series,
    contentHash,
    rowHash,
    compare,
    queryId,
    runKey,
    workflowId,
    output: manifest,
    missing: { count: completeness.missingCount, labels: completeness.missing },
    at,
  };
}
