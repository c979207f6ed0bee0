/** That a revision may have gone out, with these bytes. */
export interface SentRevision {
  readonly deliveryId: string;
  readonly revision: number;
  /** SHA-256 over the ids and hashes of its parts, 64 hex digits. */
  readonly parts: string;
}

/**
 * What may have gone out, kept beside the rows and not in the ledger: a ledger that was set back to a backup must give no
 * number to other bytes that a receiver has acknowledged. Written once and never deleted.
 */
export interface SentRevisions {
  /** The highest revision of a delivery; 0 where none has gone out. */
  highest(deliveryId: string, signal: AbortSignal): Promise<number>;
  /** Notes a revision before its first part goes out; says whether these bytes are the ones that may have this number. */
  note(sent: SentRevision, signal: AbortSignal): Promise<boolean>;
}
