/** What anybody may start a workflow with, and what only we may: replayed code, so plain checks by hand. */
import { workflowInfo } from '@temporalio/workflow';
import { invalidRequestSentence } from '../contract/failures.js';
import { ORIGIN_MEMO } from '../contract/values/names.js';
import { UnreadablePayload } from './payloads.js';
import { fail } from './typed-failure.js';

/** Larger and deeper than any request that the schema takes, and small enough for history and recursive code. */
const CHARACTERS_MOST = 64 * 1024;
const DEPTH_MOST = 100;

/**
 * The arguments after the request, where they are the state that our own continue-as-new carries; else none.
 * Only `continueRun` knows the run id that Temporal gave the first execution, so nobody can start a workflow with it.
 */
export function carriedArguments<State extends readonly unknown[]>(given: State): State | readonly [] {
  const { continuedFromExecutionRunId, firstExecutionRunId, memo } = workflowInfo();
  const origin: unknown = memo?.[ORIGIN_MEMO];
  const isOurs =
    continuedFromExecutionRunId !== undefined &&
    isObject(origin) &&
    'runId' in origin &&
    origin.runId === firstExecutionRunId &&
    given.every(isObject);
  return isOurs ? given : [];
}

/** Throws `InvalidRequest` for arguments that are not ours, and for a request that no activity should be given. */
export function refuseStart(request: unknown, given: readonly unknown[]): void {
  if (given.length > carriedArguments(given).length) {
    throw refused(`has to be the only argument: ${given.length + 1} were given`);
  }
  if (request instanceof UnreadablePayload) {
    throw refused('cannot be read: send JSON, not encrypted, with the encoding json/plain');
  }
  if (!isObject(request)) throw refused(`must be a JSON object: ${nameOf(request)} was given`);
  if (isTooDeep(request)) throw refused(`is nested more than ${DEPTH_MOST} levels deep`);
  if (JSON.stringify(request).length > CHARACTERS_MOST) throw refused(`is larger than ${CHARACTERS_MOST} characters`);
}

/** Throws `InvalidRequest` for a workflow that takes nothing. */
export function refuseArguments(given: readonly unknown[]): void {
  if (given.length > 0) throw refused(`${workflowInfo().workflowType} takes no argument: ${given.length} given`);
}

function refused(message: string): Error {
  const problems = [{ path: '', message }];
  return fail('InvalidRequest', invalidRequestSentence(problems), { problems });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'bytes' : `a ${typeof value}`;
}

/** Does not recurse, as the text may be made to break what does. */
function isTooDeep(request: object): boolean {
  let level: readonly unknown[] = [request];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH_MOST) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values<unknown>({ ...value }) : [],
    );
  }
  return false;
}
