import type { TurnPriority } from '../contract/turn.js';

/** What may be asked of an organisation at once, over all workers; what is absent has no bound. */
export interface OrgLimits {
  /** Queries that may run upstream. */
  readonly queriesAtOnce?: number;
  /** From the answer to one submission to the next submission. */
  readonly gapMs?: number;
  readonly requestsPerMinute?: number;
}

export interface TurnKey {
  readonly org: string;
  readonly source: string;
  readonly runKey: string;
  readonly generation: number;
}

/** The query of a run that ended without it: it may still run upstream. */
export type AbandonedQuery = Pick<TurnKey, 'runKey' | 'generation'>;

export type Turn =
  | { readonly state: 'granted' }
  | {
      readonly state: 'wait';
      /** Those that wait before it. */
      readonly ahead: number;
      readonly lookInMs: number;
      /** One to look at, of the same source: if it has ended, its slot is free. */
      readonly abandoned?: AbandonedQuery;
    };

/**
 * Whose turn it is to submit, for all workers: by the clock of the records, never by a worker's. A grant lasts until the
 * holder's next planned poll and 15 minutes more.
 */
export interface Gate {
  /** A slot for the query, or when to ask again. Granted, its holder is taken to be submitting until `posted`. */
  ask(
    turn: TurnKey & {
      readonly priority: TurnPriority;
      readonly limits: Pick<OrgLimits, 'queriesAtOnce' | 'gapMs'>;
    },
    signal: AbortSignal,
  ): Promise<Turn>;
  /** The submission was answered, or given up: the gap counts from here. Keeps the slot. */
  posted(turn: TurnKey, nextPollMs: number, signal: AbortSignal): Promise<void>;
  /** Keeps the slot. One that had lapsed is counted again. */
  renew(turn: TurnKey, nextPollMs: number, signal: AbortSignal): Promise<void>;
  /**
   * Nobody waits for the query any more. Its slot is free where the query `ended`, or where none was sent; else it is kept
   * until somebody sees the end, 6 h at most.
   */
  end(turn: TurnKey, ended: boolean, signal: AbortSignal): Promise<void>;
}

export type Admitted =
  | { readonly state: 'admitted'; done(outcome: 'answered' | 'unavailable'): Promise<void> }
  | { readonly state: 'refused'; readonly reason: 'circuit open' | 'rate limited'; readonly retryAfterMs: number };

/** Lets single requests of one organisation through, for all workers: the circuit, and the requests of a minute. */
export interface Admission {
  /** Rejects where the records are away: then nothing is sent. */
  admit(signal: AbortSignal): Promise<Admitted>;
}

/** An organisation as the gate has it. */
export interface GateState {
  readonly org: string;
  /** Fingerprint of the credentials that a worker has for it; null where none has said so. */
  readonly credential: string | null;
  readonly holders: readonly {
    readonly runKey: string;
    readonly workflowId: string | null;
    readonly source: string;
    readonly since: string;
    readonly until: string;
    /** Its run has ended without it. */
    readonly abandoned: boolean;
  }[];
  readonly waiting: number;
  readonly circuit: 'closed' | 'open';
  /** Since when the circuit is open, and when the next probe may go out. */
  readonly openSince: string | null;
  readonly nextProbe: string | null;
  /** Unavailable answers in a row. */
  readonly failures: number;
  /** The last request that had an answer; written a few seconds late. */
  readonly lastSuccess: string | null;
  readonly requestsLastHour: number;
}

export interface GateReader {
  /** Of the organisations that are named, in that order; of all that a worker ever had, where none is. */
  states(orgs: readonly string[] | undefined, signal: AbortSignal): Promise<readonly GateState[]>;
}
