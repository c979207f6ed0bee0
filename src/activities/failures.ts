/** The one place that decides what Temporal retries, and what of an error reaches history. */
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { AdapterError, type SafeDetails } from '../contract/adapter-error.js';
import { FAILURES, invalidRequestSentence, type FailureType, type RequestProblem } from '../contract/failures.js';

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

/** A failure of the product, raised by an activity itself. */
export function failure(type: FailureType, message: string, details?: Partial<SafeDetails>): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: FAILURES[type].retry === 'never',
    ...(details && { details: [details] }),
  });
}

/** `InvalidRequest` with every problem by path, in the message for people and in the details for programs. */
export function invalidRequest(problems: readonly RequestProblem[]): ApplicationFailure {
  return ApplicationFailure.nonRetryable(invalidRequestSentence(problems), 'InvalidRequest' satisfies FailureType, {
    problems,
  });
}

/**
 * Turns whatever an activity threw into what history may hold: type, one scrubbed sentence and an allow-list of fields;
 * never a cause, a stack, a URL, a header or a body.
 * @param attempt the activity's attempt, from 1: the n-th back-off is drawn from [1 s, min(60 s, 2ⁿ s)]
 */
export function toFailure(error: unknown, context: FailureContext): Error {
  if (error instanceof CancelledFailure) return error;
  if (context.signal.aborted && isAbort(error, context.signal)) return new CancelledFailure('cancelled');
  if (error instanceof ApplicationFailure) return withoutStack(error);
  const type: FailureType = error instanceof AdapterError ? error.failureType : 'Unexpected';
  const known = error instanceof AdapterError ? error : undefined;
  const retryable = FAILURES[type].retry !== 'never';
  const created = ApplicationFailure.create({
    type,
    message: context.scrub(
      known?.message ?? `an unexpected ${error instanceof Error ? error.name : 'error'}: see the worker log`,
    ),
    nonRetryable: !retryable,
    ...(known && { details: [allowed(known.details, context.scrub)] }),
    ...(retryable && { nextRetryDelay: known?.details.retryAfterMs ?? backoffMs(context.attempt, context.random()) }),
  });
  return withoutStack(created);
}

/** A stack is bytes of history that only names this machine's folders; the worker's log has the one that matters. */
function withoutStack(failure: ApplicationFailure): ApplicationFailure {
  failure.stack = '';
  return failure;
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

export interface FailureContext {
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly scrub: (text: string) => string;
}

function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
  return Math.round(FIRST_BACKOFF_MS + random * (ceiling - FIRST_BACKOFF_MS));
}

function allowed(details: SafeDetails, scrub: (text: string) => string): SafeDetails {
  const { operation, status, code, retryAfterMs, effect, facts } = details;
  const scrubbed = Object.entries(facts ?? {}).map(([key, fact]) => [
    key,
    typeof fact === 'string' ? scrub(fact) : fact,
  ]);
  return {
    operation,
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code: scrub(code) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(effect !== undefined && { effect }),
    ...(facts && { facts: Object.fromEntries(scrubbed) as NonNullable<SafeDetails['facts']> }),
  };
}
