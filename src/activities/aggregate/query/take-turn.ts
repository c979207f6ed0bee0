import { AdapterError } from '../../../contract/adapter-error.js';
import type { FailureType } from '../../../contract/failures.js';
import type { SourceQuery } from '../../../contract/request/request.js';
import { nextPollDelayMs } from '../../../domain/poll-cadence.js';
import type {
  AbandonedQuery,
  Directory,
  Gate,
  Later,
  OrgLimits,
  Source,
  Submissions,
  Turn,
  TurnKey,
} from '../../../ports/index.js';
import type { TurnPriority } from '../../../contract/turn.js';
import { sourceAt, type SourcePlace } from '../places.js';

type QueryLimits = Pick<OrgLimits, 'queriesAtOnce' | 'gapMs'>;

/** What bounds the queries of a source: the organisation's limits, and the rules of its vendor, which no limit loosens. */
export function queryLimits({ limits }: Source['rules'], org: OrgLimits | undefined): QueryLimits | undefined {
  const both = [org?.queriesAtOnce, limits?.queriesAtOnce].filter((each) => each !== undefined);
  const queriesAtOnce = both.length === 0 ? undefined : Math.min(...both);
  const gapMs = org?.gapMs ?? limits?.gapMs;
  if (queriesAtOnce === undefined && gapMs === undefined) return undefined;
  return { ...(queriesAtOnce !== undefined && { queriesAtOnce }), ...(gapMs !== undefined && { gapMs }) };
}

export interface TurnInput extends SourcePlace {
  readonly runKey: string;
  readonly generation: number;
}

/** The turn of one query at its organisation. */
export interface OwnTurn {
  readonly limits: QueryLimits;
  /** Whether the query runs upstream, where it ends by itself; else it is the reading, and ends with the last page. */
  readonly isUpstream: boolean;
  ask(priority: TurnPriority, signal: AbortSignal): Promise<Turn>;
  posted(nextPollMs: number, signal: AbortSignal): Promise<void>;
  renew(nextPollMs: number, signal: AbortSignal): Promise<void>;
  end(ended: boolean, signal: AbortSignal): Promise<void>;
}

/** Undefined where nothing bounds the queries: then the gate is not asked. */
export function turnOf(
  { directory, gate }: { directory: Directory; gate: Gate },
  input: TurnInput,
): OwnTurn | undefined {
  const { org, source: name, runKey, generation } = input;
  const source = sourceAt(directory, input);
  const limits = queryLimits(source.rules, directory.rulesOf(org)?.limits);
  if (limits === undefined) return undefined;
  const key: TurnKey = { org, source: name, runKey, generation };
  return {
    limits,
    isUpstream: source.rules.lostSubmission !== 'harmless',
    ask: (priority, signal) => gate.ask({ ...key, priority, limits }, signal),
    posted: (nextPollMs, signal) => gate.posted(key, nextPollMs, signal),
    renew: (nextPollMs, signal) => gate.renew(key, nextPollMs, signal),
    end: (ended, signal) => gate.end(key, ended, signal),
  };
}

interface Deps {
  readonly directory: Directory;
  readonly gate: Gate;
  readonly submissions: Submissions;
}

interface Asking extends TurnInput {
  readonly query: SourceQuery;
  readonly priority: TurnPriority;
}

/** Submits when it is the query's turn; else answers when to ask again. */
export async function inTurn<Answer extends { readonly retryAfterMs?: number }>(
  deps: Deps,
  input: Asking,
  submit: () => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer | Later> {
  const turn = turnOf(deps, input);
  if (turn === undefined) return submit();
  // Accepted before a crash: it runs, so it is counted, and there is nothing to wait for.
  const isKnown = (await deps.submissions.find(input, signal)) !== null;
  const asked: Turn = isKnown ? { state: 'granted' } : await turn.ask(input.priority, signal);
  if (asked.state === 'wait') {
    const { ahead, lookInMs, abandoned } = asked;
    if (abandoned) await lookAt(deps, input, abandoned, signal);
    return { state: 'later', reason: 'waiting for its turn', ahead, retryAfterMs: lookInMs };
  }
  let answer: Answer;
  try {
    answer = await submit();
  } catch (error) {
    // The gap counts from here. A cancelled one is left to the end of its run.
    if (!signal.aborted) await turn.posted(nextPollDelayMs(0), signal).catch(() => undefined);
    throw error;
  }
  await turn.posted(nextPollDelayMs(0, answer.retryAfterMs), signal);
  return answer;
}

/** Failures that say that the query, or its result, is there no longer, or never will be. */
const ENDED: readonly FailureType[] = ['QueryFailed', 'MalformedResponse', 'IncompleteResult', 'ResponseTooLarge'];

export function isEnd(error: unknown): boolean {
  return error instanceof AdapterError && ENDED.includes(error.failureType);
}

/** Whether a query that nobody waits for has ended: then its slot is free. What goes wrong here is nobody's failure. */
async function lookAt(
  { directory, gate, submissions }: Deps,
  { org, source: name, query }: Asking,
  abandoned: AbandonedQuery,
  signal: AbortSignal,
): Promise<void> {
  const source = sourceAt(directory, { org, source: name });
  const keys = { dateKey: source.rules.dateKey, metrics: query.metric, dimensions: query.dimension };
  const hasEnded = async (): Promise<boolean> => {
    const submitted = await submissions.find(abandoned, signal);
    if (submitted === null) return false;
    const { ticket, queryId } = submitted;
    return (await source.read({ ticket, cursor: null, keys, queryId }, signal)).state !== 'later';
  };
  const ended = await hasEnded().catch(isEnd);
  if (ended) await gate.end({ org, source: name, ...abandoned }, true, signal);
}
