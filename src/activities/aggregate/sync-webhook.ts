import type { QualityWarning } from '../../contract/result/result.js';
import { walkParts } from '../delivery/walk-parts.js';
import { seen, writeRows } from '../delivery/write-rows.js';
import { cancellation, reportProgress } from '../interceptor.js';
import type {
  Ambient,
  Destination,
  Directory,
  LedgerPart,
  LedgerRevision,
  MemoryTurns,
  PartAnswer,
} from '../../ports/index.js';
import { requireOpenOrganisation } from './places.js';
import { claimContent, isAnothers, isOurs, standingAt, type ClaimDeps, type ContentSubject } from './claim-content.js';

/** What is delivered: new content of a run, or a revision that the ledger already has. */
export type DeliverySubject =
  | ContentSubject
  | {
      readonly kind: 'revision';
      readonly deliveryId: string;
      readonly revision: number;
      /** All parts are delivered again, there or not; absent: outstanding parts only. */
      readonly resend?: boolean;
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
  /** The destination had a later revision or window: nothing was written. */
  readonly superseded?: true;
  readonly warnings?: readonly QualityWarning[];
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
        /** Something was delivered before it failed. */
        readonly progressed?: true;
        readonly reason: string;
        readonly retryAfterMs?: number;
        /** No further attempt can help. */
        readonly permanent: boolean;
      }
  );

interface Deps extends ClaimDeps {
  readonly ambient: Ambient;
  readonly memory: Pick<MemoryTurns, 'asTaken'>;
}

/**
 * One attempt: claims or finds the revision, fixes its bytes, and walks the outstanding parts, as `walk-parts.ts` says.
 * Named after the first kind of destination, of which it knows nothing.
 */
export function syncWebhook(deps: Deps) {
  return async (input: SyncWebhookInput): Promise<SyncAnswer> => {
    const signal = cancellation();
    const revision = await revisionOf(deps, input, signal);
    requireOpenOrganisation(deps.directory, revision.org);
    const facts = factsOf(revision, deps.directory);
    const whole = deps.directory.destination(revision.org, revision.destination)?.takes === 'rows';
    const key = { deliveryId: revision.deliveryId, revision: revision.revision, ...(whole && { whole }) };
    const { subject } = input;
    if (revision.deliveredBy !== null && subject.kind === 'content') {
      if (revision.deliveredBy === input.runKey) return { ...facts, state: 'delivered' };
      if (whole) await deps.ledger.walk(key, (fresh, bound) => seen(deps, fresh, subject, bound), signal);
      return { ...facts, state: 'unchanged' };
    }
    if (revision.parts === null) return { ...facts, ...failed(notConfigured(revision)), part: 0 };
    if (subject.kind === 'revision' && !(await mayGoOut(deps, revision, signal))) {
      return { ...facts, ...failed(OTHER_BYTES), part: 0 };
    }
    const answer = await deps.ledger.walk(key, (fresh, bound) => walk(deps, input, fresh, bound), signal);
    return answer === 'busy' ? { ...facts, state: 'busy' } : answer;
  };
}

/** Whether a revision of the ledger is the one that was sent under its number, or that none was. */
async function mayGoOut(deps: Deps, revision: LedgerRevision, signal: AbortSignal): Promise<boolean> {
  if (isAnothers(await standingAt(deps, revision, signal), revision)) return false;
  return isOurs(deps.sent, revision, signal);
}

async function revisionOf(deps: Deps, input: SyncWebhookInput, signal: AbortSignal): Promise<LedgerRevision> {
  const { subject, runKey } = input;
  if (subject.kind === 'content') return claimContent(deps, runKey, subject, signal);
  const { deliveryId, revision } = subject;
  const [found] = await deps.ledger.findAll({ deliveryId, revision }, signal);
  if (found?.parts == null) throw new Error('the ledger lost a revision that it had');
  return found;
}

async function walk(
  deps: Deps,
  input: SyncWebhookInput,
  revision: LedgerRevision,
  signal: AbortSignal,
): Promise<SyncAnswer> {
  const { runKey, attempt } = input;
  const key = { deliveryId: revision.deliveryId, revision: revision.revision, runKey, attempt };
  const before = factsOf(revision, deps.directory);
  const known = await deps.ledger.answerOf(key, signal);
  if (known) return { ...before, ...failed(known), part: known.part };

  const due = await dueParts(deps, input, revision, signal);
  let { delivered } = before;
  const walked = await walkParts({
    due,
    concurrency: concurrencyOf(deps.directory.destination(revision.org, revision.destination)),
    handOver: (part) => handOver(deps, revision, part, part === due.at(-1), signal),
    async record(part, answer) {
      const at = new Date(deps.ambient.now()).toISOString();
      // Also where the lock was lost meanwhile: what was answered counts.
      await deps.ledger.recordAnswer({ ...key, part: part.part }, answer, at, cancellation());
      if (answer.delivered && part.deliveredAt === null) delivered += 1;
      reportProgress({ partsDelivered: delivered, parts: before.parts });
    },
  });
  const { failure, progressed, superseded, warnings } = walked;
  const facts = { ...before, delivered, ...(superseded && { superseded }), ...(warnings.length > 0 && { warnings }) };
  if (failure) return { ...facts, ...failed(failure), part: failure.part, ...(progressed && { progressed }) };
  const nothingToDo = due.length === 0 && revision.deliveredBy !== runKey;
  return { ...facts, state: nothingToDo ? 'unchanged' : 'delivered' };
}

/** The outstanding parts; where all are to be sent again, those that this run has not sent. */
async function dueParts(
  { ledger }: Deps,
  { runKey, subject }: SyncWebhookInput,
  { deliveryId, revision, parts }: LedgerRevision,
  signal: AbortSignal,
): Promise<readonly LedgerPart[]> {
  const resend = subject.kind === 'revision' && subject.resend === true;
  if (!resend) return parts?.filter(({ deliveredAt }) => deliveredAt === null) ?? [];
  const sent = new Set(await ledger.partsBy({ deliveryId, revision, runKey }, signal));
  return parts?.filter(({ part }) => !sent.has(part)) ?? [];
}

/** A commit comes with the last part, so there the others come first. */
function concurrencyOf(destination: Destination | undefined): number {
  if (destination === undefined || destination.takes === 'rows' || destination.commit) return 1;
  return destination.concurrency ?? 1;
}

/**
 * Delivers one part and, with the last one, makes the revision visible. A commit that fails leaves that part outstanding:
 * the next attempt repeats both, which changes nothing at the destination.
 */
async function handOver(
  deps: Deps,
  revision: LedgerRevision,
  { part, partId, body }: LedgerPart,
  isLast: boolean,
  signal: AbortSignal,
): Promise<PartAnswer> {
  const destination = deps.directory.destination(revision.org, revision.destination);
  if (!destination) return notConfigured(revision);
  if (destination.takes === 'rows') return writeRows({ ...deps, destination }, revision, body, signal);
  const { deliveryId, org, window, queryId, contentHash, parts } = revision;
  const of = { deliveryId, revision: revision.revision, org, window, queryId, contentHash, parts: parts?.length ?? 0 };
  const bytes = await deps.datasets.get(body, signal);
  const answer = await destination.deliver({ partId, part, body: bytes, of }, signal);
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

/** Or it is, and the organisation may not use it: its entry may have changed since the run began. */
function notConfigured({ org, destination }: Pick<LedgerRevision, 'org' | 'destination'>): PartAnswer {
  return { delivered: false, reason: `the organisation ${org} has no destination ${destination}`, permanent: true };
}

function failed({ reason, retryAfterMs, permanent }: PartAnswer): {
  state: 'failed';
  reason: string;
  permanent: boolean;
  retryAfterMs?: number;
} {
  return { state: 'failed', reason, permanent, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function factsOf({ revision, parts, org, destination }: LedgerRevision, directory: Directory): SyncFacts {
  const delivered = parts?.filter((part) => part.deliveredAt !== null).length ?? 0;
  const signed = directory.destination(org, destination)?.signs ?? false;
  return { revision, parts: parts?.length ?? 0, delivered, signed };
}
