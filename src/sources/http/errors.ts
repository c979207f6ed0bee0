import { AdapterError, type SafeDetails } from '../../contract/adapter-error.js';
import type { FailureType } from '../../contract/failures.js';

/** The calls of the source, as they are named in details and messages. */
export type Operation = 'token' | 'submit' | 'poll' | 'page';

export type CxoneFailureType = Extract<
  FailureType,
  | 'Unauthorized'
  | 'Forbidden'
  | 'QueryRejected'
  | 'QueryFailed'
  | 'InvalidLocation'
  | 'IncompleteResult'
  | 'MalformedResponse'
  | 'ResponseTooLarge'
  | 'UpstreamUnavailable'
  | 'RecordsUnavailable'
>;

export interface CxoneErrorDetails extends SafeDetails {
  readonly operation: Operation;
}

/** Everything the source throws, apart from the reason of the caller's own aborted signal. */
export class CxoneError extends AdapterError {
  override readonly name: string = 'CxoneError';
  readonly failureType: CxoneFailureType;

  constructor(failureType: CxoneFailureType, message: string, details: CxoneErrorDetails) {
    super(message, details);
    this.failureType = failureType;
  }
}

const WITHHELD = {
  'circuit open': 'The source was unavailable several times in a row; it gets no requests for a while.',
  'rate limited': 'The organisation has had the requests of a minute that its limits allow; the next one waits.',
} as const;

/** Nothing was sent: the circuit is open, or the minute is used up. `details.retryAfterMs` says when to come back. */
export class CircuitOpen extends CxoneError {
  override readonly name = 'CircuitOpen';

  /** @param retryAfterMs absent while a probe is under way: nobody knows how long it takes */
  constructor(
    operation: Operation,
    retryAfterMs?: number,
    readonly reason: keyof typeof WITHHELD = 'circuit open',
  ) {
    super('UpstreamUnavailable', WITHHELD[reason], {
      operation,
      code: reason,
      effect: 'none',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

/** Nothing was sent: whether it may is known to the records, and these are away. */
export function notAdmitted(operation: Operation): CxoneError {
  const message = 'Postgres does not say whether the organisation may be asked; check it.';
  return new CxoneError('RecordsUnavailable', message, { operation, effect: 'none' });
}

/** The source answered with something that is not its API. */
export function malformed(operation: Operation, what: string, details: Partial<SafeDetails> = {}): CxoneError {
  return new CxoneError('MalformedResponse', `The source's answer to ${operation} ${what}.`, { ...details, operation });
}
