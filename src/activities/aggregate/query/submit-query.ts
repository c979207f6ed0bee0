import { AdapterError } from '../../../contract/adapter-error.js';
import { effectIdOf } from '../../../contract/values/ids.js';
import type { SourceQuery } from '../../../contract/request/request.js';
import { failure } from '../../failures.js';
import { cancellation } from '../../interceptor.js';
import type {
  Accepted,
  Ambient,
  Directory,
  Gate,
  Later,
  Source,
  SourceRules,
  SubmissionKey,
  Submissions,
  SubmittedQuery,
} from '../../../ports/index.js';
import type { TurnPriority } from '../../../contract/turn.js';
import { sourceAt, type SourcePlace } from '../places.js';
import { inTurn, queryLimits } from './take-turn.js';

export interface SubmitQueryInput extends SourcePlace {
  readonly runKey: string;
  readonly query: SourceQuery;
  /** 1; 2 and 3 where the query before it is gone. */
  readonly generation: number;
  /** Where queries of the organisation wait for one another. */
  readonly priority: TurnPriority;
}

export type SubmitAnswer = ({ readonly state: 'submitted'; readonly retryAfterMs?: number } & SubmittedQuery) | Later;

interface Deps {
  readonly directory: Directory;
  readonly gate: Gate;
  readonly submissions: Submissions;
  readonly ambient: Ambient;
  readonly scrub: (text: string) => string;
}

const FIRST_RESEND_MS = 2_000;
const TICKET_BELOW_BYTES = 2_048;

/** Submits the query when it is its turn. */
export function submitQuery(deps: Deps) {
  const submit = submitOnce(deps);
  return (input: SubmitQueryInput): Promise<SubmitAnswer> => inTurn(deps, input, () => submit(input), cancellation());
}

/**
 * Submits the query once per generation, as far as that can be known: the record is written ahead, the request carries
 * an idempotency key, and every submission that may have been accepted unseen is on record.
 */
function submitOnce(deps: Deps) {
  const now = (): string => new Date(deps.ambient.now()).toISOString();
  return async (input: SubmitQueryInput): Promise<SubmitAnswer> => {
    const signal = cancellation();
    const { runKey, query, generation } = input;
    const source = sourceAt(deps.directory, input);
    const key = { runKey, generation };
    const idempotencyKey = effectIdOf(runKey, 'submit', generation);
    const mayOrphan = source.rules.lostSubmission !== 'harmless';
    const start = await deps.submissions.begin({ ...key, idempotencyKey, mayOrphan }, now(), signal);
    if (start.state === 'submitted') return start;
    const { suspectedOrphans } = start;
    if (start.state === 'ambiguous' || isAmbiguous(source.rules, suspectedOrphans)) throw ambiguous(suspectedOrphans);
    try {
      const reply = await source.submit({ query, idempotencyKey, repeated: suspectedOrphans > 0 }, signal);
      if (reply.state === 'later') {
        await deps.submissions.settle(key, { state: 'refused' }, signal);
        return reply;
      }
      const naming = reply.broken === true && reply.queryId === null && mayRepeat(deps.directory, input, source.rules);
      const submitted = await accepted(deps, key, { ...reply, naming }, signal);
      if (!naming) return submitted;
      const named = await askName(deps, { source, key, query, idempotencyKey, ticket: reply.ticket }, signal);
      return { ...submitted, queryId: named };
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      const state = submissionAfter(error, mayOrphan);
      if (state) await deps.submissions.settle(key, { state }, signal);
      if (error.failureType !== 'UpstreamUnavailable' || state !== 'unknown') throw error;
      if (isAmbiguous(source.rules, suspectedOrphans + 1)) throw ambiguous(suspectedOrphans + 1);
      const retryAfterMs = FIRST_RESEND_MS * 2 ** suspectedOrphans;
      return { state: 'later', reason: 'submission unknown', retryAfterMs };
    }
  };
}

/** A gap between submissions leaves no room for one that only asks for a name. */
function mayRepeat(directory: Directory, { org }: SourcePlace, rules: SourceRules): boolean {
  const { gapMs = 0 } = queryLimits(rules, directory.rulesOf(org)?.limits) ?? {};
  return rules.lostSubmission !== 'ambiguous' && gapMs === 0;
}

async function accepted(
  { submissions, ambient, scrub }: Deps,
  key: SubmissionKey,
  { ticket, queryId, retryAfterMs, naming }: Accepted & { readonly naming: boolean },
  signal: AbortSignal,
): Promise<Exclude<SubmitAnswer, Later>> {
  const bytes = Buffer.byteLength(ticket);
  if (bytes >= TICKET_BELOW_BYTES || scrub(ticket) !== ticket) {
    await submissions.settle(key, { state: 'unknown' }, signal);
    const what = bytes >= TICKET_BELOW_BYTES ? `has ${bytes} bytes` : 'holds a secret';
    const message = `The source named its result in a way that cannot be kept: the name ${what}.`;
    throw failure('InvalidLocation', message, { operation: 'submit', effect: 'unknown' });
  }
  const submittedAt = new Date(ambient.now()).toISOString();
  const submitted = { state: 'submitted', ticket, queryId, submittedAt } as const;
  await submissions.settle(key, { ...submitted, naming }, signal);
  return { ...submitted, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

interface NameAsked {
  readonly source: Source;
  readonly key: SubmissionKey;
  readonly query: SourceQuery;
  readonly idempotencyKey: string;
  readonly ticket: string;
}

/**
 * Submits an accepted query once more, under the same key, because the answer that names it broke off: without its name
 * a page of another query could not be told from its own. Whatever comes of it, the query that was accepted stands.
 */
async function askName(
  { submissions, ambient, scrub }: Deps,
  { source, key, query, idempotencyKey, ticket }: NameAsked,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const reply = await source.submit({ query, idempotencyKey, repeated: true }, signal);
    if (reply.state === 'later') {
      await submissions.settle(key, { state: 'refused' }, signal);
      return reply.queryId ?? null;
    }
    const isKept = Buffer.byteLength(reply.ticket) < TICKET_BELOW_BYTES && scrub(reply.ticket) === reply.ticket;
    const submittedAt = new Date(ambient.now()).toISOString();
    const { ticket: again, queryId } = reply;
    await submissions.settle(
      key,
      isKept ? { state: 'submitted', ticket: again, queryId, submittedAt } : { state: 'unknown' },
      signal,
    );
    return again === ticket ? queryId : null;
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    const mayOrphan = source.rules.lostSubmission !== 'harmless';
    await submissions.settle(key, { state: submissionAfter(error, mayOrphan) ?? 'refused' }, signal);
    return null;
  }
}

/** What an error says of the submission; undefined where it is about something else. */
function submissionAfter(
  { details: { operation, effect } }: AdapterError,
  mayOrphan: boolean,
): 'refused' | 'unknown' | undefined {
  // Without a token nothing is sent; left pending, it would be taken for a crash in mid-flight when it is tried again.
  if (operation !== 'submit' && operation !== 'token') return undefined;
  return operation === 'submit' && effect === 'unknown' && mayOrphan ? 'unknown' : 'refused';
}

function isAmbiguous({ lostSubmission }: SourceRules, suspectedOrphans: number): boolean {
  return lostSubmission === 'ambiguous' && suspectedOrphans > 0;
}

function ambiguous(suspectedOrphans: number): Error {
  const message = `${suspectedOrphans} submissions may have been accepted; no more are sent`;
  return failure('SubmissionAmbiguous', message, { facts: { suspectedOrphans } });
}
