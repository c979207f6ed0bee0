import { cancellation, reportProgress } from '../interceptor.js';
import type {
  Ambient,
  DatasetStore,
  DeliveryLedger,
  Directory,
  LedgerPart,
  LedgerRevision,
  PartAnswer,
  RowPipeline,
  RunRecords,
  SentRevisions,
} from '../../ports/index.js';
import { claimContent, isOurs, type ContentSubject } from './claim-content.js';

/** What is delivered: new content of a run, or a revision that the ledger already has. */
export type DeliverySubject =
  | ContentSubject
  | {
      readonly kind: 'revision';
      readonly deliveryId: string;
      readonly revision: number;
      /** Parts from this one on are delivered again, there or not; absent: outstanding parts only. */
      readonly resendFrom?: number;
    };

export interface SyncWebhookInput {
  /** The run, or the redelivery, that sends. */
  readonly runKey: string;
  readonly subject: DeliverySubject;
  /** Which attempt of the schedule this is, from 1. */
  readonly attempt: number;
}

interface SyncFacts {
  readonly revision: number;
  readonly parts: number;
  /** Parts delivered so far, by any run. */
  readonly delivered: number;
  readonly signed: boolean;
}

export type SyncAnswer = SyncFacts &
  (
    | { readonly state: 'delivered' }
    /** Nothing had to be sent: another run had delivered the same content. */
    | { readonly state: 'unchanged' }
    /** Another run is delivering this revision at this moment. */
    | { readonly state: 'busy' }
    | {
        readonly state: 'failed';
        readonly part: number;
        readonly reason: string;
        readonly retryAfterMs?: number;
        /** No further attempt can help. */
        readonly permanent: boolean;
      }
  );

interface Deps {
  readonly directory: Directory;
  readonly ledger: DeliveryLedger;
  readonly sent: SentRevisions;
  readonly datasets: DatasetStore;
  readonly pipeline: RowPipeline;
  readonly runs: RunRecords;
  readonly ambient: Ambient;
}

/**
 * One attempt: claims or finds the revision, fixes its bytes, and walks the outstanding parts in order until one fails.
 * Named after the first kind of destination, of which it knows nothing.
 */
export function syncWebhook(deps: Deps) {
  return async (input: SyncWebhookInput): Promise<SyncAnswer> => {
    const signal = cancellation();
    const revision = await revisionOf(deps, input, signal);
    const facts = factsOf(revision, deps.directory);
    if (revision.deliveredBy !== null && input.subject.kind === 'content') {
      return { ...facts, state: revision.deliveredBy === input.runKey ? 'delivered' : 'unchanged' };
    }
    if (revision.parts === null) return { ...facts, ...failed(notConfigured(revision.destination)), part: 0 };
    if (input.subject.kind === 'revision' && !(await isOurs(deps.sent, revision, signal))) {
      return { ...facts, ...failed(OTHER_BYTES), part: 0 };
    }
    const key = { deliveryId: revision.deliveryId, revision: revision.revision };
    const answer = await deps.ledger.walk(key, (fresh) => walk(deps, input, fresh, signal), signal);
    return answer === 'busy' ? { ...facts, state: 'busy' } : answer;
  };
}

async function revisionOf(deps: Deps, input: SyncWebhookInput, signal: AbortSignal): Promise<LedgerRevision> {
  const { subject, runKey } = input;
  if (subject.kind === 'content') return claimContent(deps, runKey, subject, signal);
  const found = await deps.ledger.find(subject, signal);
  if (found?.parts == null) throw new Error('the ledger lost a revision that it had');
  return found;
}

async function walk(
  deps: Deps,
  input: SyncWebhookInput,
  revision: LedgerRevision,
  signal: AbortSignal,
): Promise<SyncAnswer> {
  const { runKey, attempt, subject } = input;
  const key = { deliveryId: revision.deliveryId, revision: revision.revision, runKey, attempt };
  const resendFrom = subject.kind === 'revision' ? (subject.resendFrom ?? Infinity) : Infinity;
  const before = factsOf(revision, deps.directory);
  const known = await deps.ledger.answerOf(key, signal);
  if (known) return { ...before, ...failed(known), part: known.part };

  const due = revision.parts?.filter(({ part, deliveredAt }) => deliveredAt === null || part >= resendFrom) ?? [];
  let { delivered } = before;
  for (const [index, each] of due.entries()) {
    const answer = await handOver(deps, revision, each, index === due.length - 1, signal);
    const at = new Date(deps.ambient.now()).toISOString();
    await deps.ledger.recordAnswer({ ...key, part: each.part }, answer, at, signal);
    if (!answer.delivered) return { ...before, delivered, ...failed(answer), part: each.part };
    if (each.deliveredAt === null) delivered += 1;
    reportProgress({ partsDelivered: delivered, parts: before.parts });
  }
  const nothingToDo = due.length === 0 && revision.deliveredBy !== runKey;
  return { ...before, delivered, state: nothingToDo ? 'unchanged' : 'delivered' };
}

/**
 * Delivers one part and, with the last one, makes the revision visible. A commit that fails leaves that part outstanding:
 * the next attempt repeats both, which changes nothing at the destination.
 */
async function handOver(
  { directory, datasets }: Deps,
  revision: LedgerRevision,
  { part, partId, body }: LedgerPart,
  isLast: boolean,
  signal: AbortSignal,
): Promise<PartAnswer> {
  const destination = directory.destination(revision.destination);
  if (!destination) return notConfigured(revision.destination);
  const { deliveryId, org, window, queryId, contentHash, parts } = revision;
  const of = { deliveryId, revision: revision.revision, org, window, queryId, contentHash, parts: parts?.length ?? 0 };
  const answer = await destination.deliver({ partId, part, body: await datasets.get(body, signal), of }, signal);
  if (!isLast || !answer.delivered || !destination.commit) return answer;
  const committed = await destination.commit(of, signal);
  return committed.delivered ? answer : { ...committed, reason: `commit: ${committed.reason}` };
}

/** After a restore: the ledger has this revision with other bytes than those that went out. */
const OTHER_BYTES: PartAnswer = {
  delivered: false,
  reason: 'other bytes were sent under this revision: read the window again',
  permanent: true,
};

function notConfigured(name: string): PartAnswer {
  return { delivered: false, reason: `destination ${name} is not configured`, permanent: true };
}

function failed({ reason, retryAfterMs, permanent }: PartAnswer): {
  state: 'failed';
  reason: string;
  permanent: boolean;
  retryAfterMs?: number;
} {
  return { state: 'failed', reason, permanent, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function factsOf({ revision, parts, destination }: LedgerRevision, directory: Directory): SyncFacts {
  const delivered = parts?.filter((part) => part.deliveredAt !== null).length ?? 0;
  const signed = directory.destination(destination)?.signs ?? false;
  return { revision, parts: parts?.length ?? 0, delivered, signed };
}
