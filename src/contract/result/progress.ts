import type { CompletedOutcome } from './result.js';

export type Phase =
  | 'planning'
  | 'settling'
  | 'authorising'
  | 'submitting'
  | 'waiting'
  | 'fetching'
  | 'transforming'
  | 'delivering'
  | 'auditing'
  | 'finished';

/** Answer of the query `progress`. Times are ISO 8601 in UTC. */
export interface Progress {
  readonly phase: Phase;
  /** Polls so far. */
  readonly polls: number;
  /** When the wait under way ends: the next poll, the next delivery attempt, the end of `settle`. */
  readonly nextAt?: string;
  /** Why the run waits, in a few words: `running`, `rate limited`, `unavailable`, `receiver answered 503`. */
  readonly waitingFor?: string;
  readonly pages: number;
  readonly rows: number;
  /** Delivery attempts that have been answered, and parts acknowledged. */
  readonly deliveryAttempts: number;
  readonly partsDelivered: number;
  readonly parts: number;
  readonly outcome?: CompletedOutcome;
}
