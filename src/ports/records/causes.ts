import type { Cause } from '../../contract/closed-sets.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';

/** One cause of a revision, and how often: late legs, settled journeys, changed or repaired legs or rows. */
export interface RevisionCause {
  readonly cause: Cause;
  /** Null where the rows of the revision before were no longer kept. */
  readonly count: number | null;
}

/** A contact that made a difference. Nothing in it is personal. */
export interface ContactChange {
  readonly cause: Cause;
  readonly contactId: string;
  /** Contact id of the root of its journey. */
  readonly journeyId: string;
  /** When the journey began: ISO 8601 in UTC. */
  readonly start: string;
}

/** What two readings of the same window differ in. */
export interface ReadingChanges {
  readonly causes: readonly { readonly cause: Cause; readonly count: number }[];
  /** Of what is counted, cut where there are many; empty where rows were not made of contacts. */
  readonly contacts: readonly ContactChange[];
}

/** Why a revision is there, as it is kept with it. */
export interface RevisionCauses {
  /** In the order of `CAUSES`; empty for the first revision. */
  readonly causes: readonly RevisionCause[];
  /** A list of {@link ContactChange}, kept as long as legs are; null where there is none. */
  readonly contacts: BlobRef | null;
}
