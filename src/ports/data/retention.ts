import type { ExpireResult } from '../../contract/result/result.js';

/**
 * What the records say of a scope. `open`: a run that it belongs to is under way. `undelivered`: parts of it have not
 * arrived, and could be sent again. `settled`: neither.
 */
export type ScopeState = 'open' | 'undelivered' | 'settled';

export interface ScopeFacts {
  readonly state: ScopeState;
  /** The run, or the last one that claimed the delivery. */
  readonly workflowId: string | null;
}

/** The records, as the retention of datasets sees them. */
export interface RetentionRecords {
  /** What is known of these scopes; one that is not is left out. */
  facts(scopes: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, ScopeFacts>>;
  /**
   * Gives a scope up, before it is deleted: from here on nobody relies on what a delivery has stored.
   * @param state what it was when it was judged; undefined: unknown
   * @returns false when it is needed by now: then it must stay
   */
  release(scope: string, state: ScopeState | undefined, at: string, signal: AbortSignal): Promise<boolean>;
}

/** Deletes what is old and not needed. */
export interface DatasetRetention {
  deleteExpired(signal: AbortSignal, onProgress: (deleted: number) => void): Promise<ExpireResult>;
}
