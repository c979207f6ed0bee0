import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { AdapterError } from '../../../contract/adapter-error.js';
import { STILL_RUNNING } from '../../../contract/values/names.js';
import { nextPollDelayMs } from '../../../domain/poll-cadence.js';
import { isRetried } from '../../failures.js';
import { attemptNow, cancellation } from '../../interceptor.js';
import type { PollAnswer, PollResultInput } from './poll-result.js';

type Poll = (input: PollResultInput) => Promise<PollAnswer>;

/**
 * Polls a young query by Temporal's retries, one exchange an attempt, until something else is heard than that it runs: a
 * retry is one billed action and no event, where a timer and an activity are two and eleven.
 */
export function attentively(poll: Poll): Poll {
  return async (input) => {
    const { attempt, sinceFirstMs } = attemptNow();
    const ageMs = input.ageMs + sinceFirstMs;
    const isAgain = attempt > 1 && input.ageMs < input.attentiveUntilMs;
    const answer = await poll({ ...input, ageMs }).catch((error: unknown) => {
      // The number of this attempt counts polls, not failures: the workflow asks again, and failures are counted from 1.
      if (isAgain && !cancellation().aborted && isPassing(error)) return unavailable(error);
      throw error;
    });
    if (isNothingNew(answer, input) && ageMs < input.attentiveUntilMs) throw stillRunning(ageMs);
    return isAgain ? { ...answer, polls: attempt } : answer;
  };
}

/** The query runs, the source has no wish of its own, and said no name that the next poll needs. */
function isNothingNew(answer: PollAnswer, { queryId }: PollResultInput): boolean {
  if (answer.state !== 'later' || answer.reason !== 'running' || answer.retryAfterMs !== undefined) return false;
  return answer.queryId === undefined || typeof queryId === 'string';
}

function isPassing(error: unknown): error is AdapterError {
  return error instanceof AdapterError && isRetried(error.failureType);
}

function unavailable({ details: { retryAfterMs } }: AdapterError): PollAnswer {
  return { state: 'later', reason: 'unavailable', ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** No error: it is what makes Temporal ask again. */
function stillRunning(ageMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: STILL_RUNNING,
    message: 'the query is still running',
    nextRetryDelay: nextPollDelayMs(ageMs),
    category: ApplicationFailureCategory.BENIGN,
  });
}
