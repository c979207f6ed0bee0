import { cancellation, reportProgress } from '../interceptor.js';
import type { PayloadSubject } from './payload.js';
import type {
  Ambient,
  DatasetStore,
  DeliveryLedger,
  LedgerRevision,
  PartAnswer,
  RowPipeline,
  WebhookSender,
} from '../../ports/index.js';
import { storePayloads } from './store-payloads.js';

/** What is delivered: new content of a run, or a revision that the ledger already has. */
export type DeliverySubject =
  | ({ readonly kind: 'content'; readonly workflowId: string } & PayloadSubject)
  | {
      readonly kind: 'revision';
      readonly deliveryId: string;
      readonly revision: number;
      /** Parts from this one on are sent again, acknowledged or not; absent: outstanding parts only. */
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
  /** Parts acknowledged so far, by any run. */
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
        /** No further attempt can help: 410, or an address that is refused. */
        readonly permanent: boolean;
      }
  );

interface Deps {
  readonly ledger: DeliveryLedger;
  readonly datasets: DatasetStore;
  readonly pipeline: RowPipeline;
  readonly sender: WebhookSender;
  readonly ambient: Ambient;
}

/** One attempt: claims or finds the revision, fixes its bytes, and walks the outstanding parts in order until one fails. */
export function syncWebhook(deps: Deps) {
  return async (input: SyncWebhookInput): Promise<SyncAnswer> => {
    const signal = cancellation();
    const revision = await revisionOf(deps, input, signal);
    const facts = factsOf(revision, deps.sender);
    if (revision.deliveredBy !== null && input.subject.kind === 'content') {
      return { ...facts, state: revision.deliveredBy === input.runKey ? 'delivered' : 'unchanged' };
    }
    const key = { deliveryId: revision.deliveryId, revision: revision.revision };
    const answer = await deps.ledger.walk(key, (fresh) => walk(deps, input, fresh, signal), signal);
    return answer === 'busy' ? { ...facts, state: 'busy' } : answer;
  };
}

async function revisionOf(
  { ledger, ...deps }: Deps,
  input: SyncWebhookInput,
  signal: AbortSignal,
): Promise<LedgerRevision> {
  const { subject, runKey } = input;
  if (subject.kind === 'revision') {
    const found = await ledger.find(subject, signal);
    if (found?.parts == null) throw new Error('the ledger lost a revision that it had');
    return found;
  }
  const { plan, output, queryId, timestamp: at, workflowId } = subject;
  const { deliveryId, org, destination, window } = plan;
  const { contentHash } = output;
  const claim = { deliveryId, org, destination, window, contentHash, queryId, runKey, workflowId, at };
  const revision = await ledger.claim(claim, signal);
  if (revision.parts !== null) return revision;
  const parts = await storePayloads(deps, subject, revision.revision, signal);
  return { ...revision, parts: await ledger.fixParts({ deliveryId, revision: revision.revision }, parts, signal) };
}

async function walk(
  deps: Deps,
  input: SyncWebhookInput,
  revision: LedgerRevision,
  signal: AbortSignal,
): Promise<SyncAnswer> {
  const { runKey, attempt, subject } = input;
  const { deliveryId, destination } = revision;
  const key = { deliveryId, revision: revision.revision, runKey, attempt };
  const parts = revision.parts ?? [];
  const resendFrom = subject.kind === 'revision' ? (subject.resendFrom ?? Infinity) : Infinity;
  const before = factsOf(revision, deps.sender);
  const known = await deps.ledger.answerOf(key, signal);
  if (known) return { ...before, state: 'failed', ...failed(known), part: known.part };

  let { delivered } = before;
  let sent = 0;
  for (const { part, webhookId, body, deliveredAt } of parts) {
    if (deliveredAt !== null && part < resendFrom) continue;
    const bytes = await deps.datasets.get(body, signal);
    const answer = await deps.sender.send({ destination, webhookId, body: bytes }, signal);
    await deps.ledger.recordAnswer({ ...key, part }, answer, new Date(deps.ambient.now()).toISOString(), signal);
    if (answer.status === null || answer.status < 200 || answer.status > 299) {
      return { ...before, delivered, state: 'failed', ...failed(answer), part };
    }
    sent += 1;
    if (deliveredAt === null) delivered += 1;
    reportProgress({ partsDelivered: delivered, parts: parts.length });
  }
  const nothingToDo = sent === 0 && revision.deliveredBy !== runKey;
  return { ...before, delivered, state: nothingToDo ? 'unchanged' : 'delivered' };
}

function failed({ reason, retryAfterMs, permanent }: PartAnswer): {
  reason: string;
  permanent: boolean;
  retryAfterMs?: number;
} {
  return { reason, permanent, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function factsOf({ revision, parts, destination }: LedgerRevision, sender: WebhookSender): SyncFacts {
  const delivered = parts?.filter((part) => part.deliveredAt !== null).length ?? 0;
  return { revision, parts: parts?.length ?? 0, delivered, signed: sender.signs(destination) };
}
