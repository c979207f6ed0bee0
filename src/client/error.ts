import {
  isGrpcServiceError,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { invalidRequestSentence, type FailureType, type RequestProblem } from '../contract/failures.js';

/** A failure of the product, or one that only a client sees. */
export type ClientErrorType =
  | FailureType
  | 'RunCancelled'
  | 'RunTerminated'
  | 'RunTimedOut'
  | 'RunNotFound'
  | 'TemporalUnavailable'
  | BackfillErrorType
  | ScheduleErrorType;

/** `BackfillClosed`: it has ended, and cannot be told anything. The last two: what `retry` refuses. */
type BackfillErrorType = 'BackfillNotFound' | 'BackfillClosed' | 'BackfillRunning' | 'NothingToRetry';

/** `ScheduleNotOurs`: it starts something else, or elsewhere. It was left alone. */
type ScheduleErrorType = 'ScheduleNotFound' | 'ScheduleExists' | 'ScheduleNotOurs' | 'ScheduleChanged';

/**
 * What every method of the client rejects with. Only what Temporal refuses as such (no permission, an id that it cannot
 * take) stays its `ServiceError`, with the reason in `cause.details`.
 */
export class JourneyMetricsError extends Error {
  override readonly name = 'JourneyMetricsError';

  constructor(
    readonly type: ClientErrorType,
    message: string,
    /** Plain JSON: of an `InvalidRequest`, `[{ problems: [{ path, message }] }]`. */
    readonly details: readonly unknown[] = [],
  ) {
    super(message);
  }
}

export function invalidRequestError(problems: readonly RequestProblem[]): JourneyMetricsError {
  // Of errors that are problems: their messages would be missing as JSON.
  const plain = problems.map(({ path, message }) => ({ path, message }));
  return new JourneyMetricsError('InvalidRequest', invalidRequestSentence(problems), [{ problems: plain }]);
}

/** Asks Temporal; what it throws becomes a {@link JourneyMetricsError}. */
export async function withClientErrors<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw toClientError(error);
  }
}

const NOT_FOUND = [5];
/** gRPC codes of a server that is away, or too busy to answer. */
const AWAY = [4, 8, 14];

/** The typed error behind whatever Temporal's client threw. */
export function toClientError(error: unknown): Error {
  if (error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError) return runError(error.cause);
  if (error instanceof WorkflowNotFoundError) {
    return new JourneyMetricsError(
      'RunNotFound',
      `Temporal has no run ${error.workflowId}; the namespace may no longer keep it`,
    );
  }
  if (error instanceof ScheduleNotFoundError) {
    return new JourneyMetricsError('ScheduleNotFound', `Temporal has no schedule ${error.scheduleId}`);
  }
  if (error instanceof ScheduleAlreadyRunning) {
    const instead = 'update it, or choose another id';
    return new JourneyMetricsError('ScheduleExists', `the schedule ${error.scheduleId} already exists: ${instead}`);
  }
  const answer = error instanceof ServiceError ? error.cause : error;
  // The SDK has no error of its own for a history that is not there.
  if (isGrpcServiceError(answer) && NOT_FOUND.includes(answer.code)) {
    return new JourneyMetricsError('RunNotFound', 'Temporal has no such run; the namespace may no longer keep it');
  }
  const isAway = isGrpcServiceError(answer) && AWAY.includes(answer.code);
  if (isAway || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new JourneyMetricsError(
      'TemporalUnavailable',
      'Temporal does not answer: check TEMPORAL_ADDRESS and the server',
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}

function runError(cause: unknown): JourneyMetricsError {
  if (cause instanceof ApplicationFailure) {
    return new JourneyMetricsError((cause.type ?? 'Unexpected') as ClientErrorType, cause.message, cause.details ?? []);
  }
  if (cause instanceof CancelledFailure) return new JourneyMetricsError('RunCancelled', 'the run was cancelled');
  if (cause instanceof TerminatedFailure)
    return new JourneyMetricsError('RunTerminated', 'the run was terminated from outside');
  if (cause instanceof TimeoutFailure)
    return new JourneyMetricsError('RunTimedOut', 'the run was ended by an execution timeout');
  return new JourneyMetricsError('Unexpected', 'the run failed without giving a reason');
}
