import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { isFailureType, type FailureType } from '../contract/failures.js';

export interface TypedFailure {
  readonly type: FailureType;
  readonly message: string;
  readonly details: readonly unknown[];
}

/** The typed failure behind whatever a step threw: of a lapsed bound, the last failure before it, not the bare timeout. */
export function typedFailure(error: unknown): TypedFailure {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) {
      const type = isFailureType(cause.type) ? cause.type : 'Unexpected';
      return { type, message: cause.message, details: cause.details ?? [] };
    }
  }
  const step = error instanceof ActivityFailure ? error.activityType : 'a step';
  const timedOut = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
  const message = timedOut ? `${step} did not end within its time limit` : `${step} failed without giving a reason`;
  return { type: timedOut ? 'ActivityTimedOut' : 'Unexpected', message, details: [] };
}

/** Ends a run with a failure that the workflow itself decides on. */
export function fail(type: FailureType, message: string, ...details: readonly unknown[]): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type, ...details);
}
