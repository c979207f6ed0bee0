import type { CompareMode } from '../../contract/closed-sets.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { Report } from '../../contract/result/report.js';
import type { QualityWarning } from '../../contract/result/result.js';
import type { RunWindow } from '../../contract/request/request.js';
import type { RevisionCauses } from './causes.js';

export interface LedgerPart {
  /** 0-based. */
  readonly part: number;
  /** Names the part to the destination, the same on every attempt. */
  readonly partId: string;
  readonly body: BlobRef;
  readonly rows: number;
  /** When the destination had taken it; null while it is outstanding. */
  readonly deliveredAt: string | null;
}

/** One revision of one delivery. */
export interface LedgerRevision {
  readonly deliveryId: string;
  readonly revision: number;
  readonly org: string;
  readonly destination: string;
  readonly window: RunWindow;
  readonly queryId: string;
  /** Null of a delivery of before, which has none on record. */
  readonly series: string | null;
  /** What was asked for, with the name that the run that claimed it first gave it; null as `series`. */
  readonly report: Report | null;
  readonly contentHash: string;
  /** The run that claimed it first, and when. */
  readonly claimedBy: string;
  readonly claimedAt: string;
  /** The run (or redelivery) whose acknowledgement was the last one missing; null while parts are outstanding. */
  readonly deliveredBy: string | null;
  /** Null until the bytes are fixed. */
  readonly parts: readonly LedgerPart[] | null;
}

/** A revision, and which one of its delivery was delivered last. */
export type FoundRevision = LedgerRevision & { readonly latestDelivered: number | null };

export interface Claim {
  readonly deliveryId: string;
  readonly org: string;
  readonly destination: string;
  readonly window: RunWindow;
  readonly series: string;
  /** Of what was asked for. */
  readonly contentHash: string;
  /** Of the rows' bytes. */
  readonly rowHash: string;
  /** By which of the two the latest revision is the same one. */
  readonly compare: CompareMode;
  readonly queryId: string;
  readonly runKey: string;
  readonly workflowId: string;
  /** The rows: what a later revision is compared with. */
  readonly output: BlobRef;
  /** Buckets of the window without rows; the list may be cut. Absent: not known. */
  readonly missing?: MissingBuckets;
  readonly at: string;
  /** The highest revision that may have gone out, as {@link SentRevisions} or the destination's place has it; absent: none. */
  readonly sent?: number;
  /** A revision whose number other bytes have, as was found when this run was about to send it. */
  readonly spent?: number;
}

export interface MissingBuckets {
  readonly count: number;
  /** Labels, oldest first. */
  readonly labels: readonly string[];
}

/** The revision of a claim. */
export interface ClaimedRevision extends LedgerRevision {
  /** Of a new one: the highest revision that store or place had, where the ledger did not know it. */
  readonly storeHad?: number;
  /** Its causes are not known yet; with the revision before, null of the first. */
  readonly unexplained?: { readonly before: FormerRevision | null };
}

/** What a new revision is compared with. */
export interface FormerRevision extends Pick<Claim, 'contentHash'> {
  /** Null of one from before it was kept. */
  readonly rowHash: string | null;
  /** Its rows, as they were read last; null where they are not on record. */
  readonly output: BlobRef | null;
}

/** What came of handing over one part once. */
export interface PartAnswer {
  readonly delivered: boolean;
  /** In a few words, without anything of the body: `503`, `timeout`, `connection refused`, `address refused: 10.0.0.1`. */
  readonly reason: string;
  /** HTTP status; absent without a complete answer, or where the destination does not speak HTTP. */
  readonly status?: number;
  /** What the other side asks to wait before the next attempt. */
  readonly retryAfterMs?: number;
  /** No further attempt can help. */
  readonly permanent: boolean;
  /** A later revision or window is there already: nothing was written, and nothing has to be. */
  readonly superseded?: true;
  /** What the destination found. */
  readonly warnings?: readonly QualityWarning[];
}

export interface DeliveryLedger {
  /**
   * The revision for this content, under a row lock on the delivery: the latest one if its content is the same,
   * else latest + 1. A second claim by the same run answers with the same revision, whatever came after. Where the ledger
   * was set back behind what was sent, nothing is adopted, and the new revision is above all that may have gone out.
   */
  claim(claim: Claim, signal: AbortSignal): Promise<ClaimedRevision>;
  /** Names the bytes of every part, once: the first caller's stand, and are returned. */
  fixParts(
    key: { deliveryId: string; revision: number },
    parts: readonly Omit<LedgerPart, 'deliveredAt'>[],
    signal: AbortSignal,
  ): Promise<readonly LedgerPart[]>;
  /** Keeps why the revision is there, once: what the first caller says stands. */
  explain(key: { deliveryId: string; revision: number }, causes: RevisionCauses, signal: AbortSignal): Promise<void>;
  /**
   * Runs `work` while no other process walks this revision, or with `whole` any revision of its delivery; `busy` when one
   * does. The signal that `work` gets aborts with the caller's, and where the lock is lost.
   */
  walk<T>(
    key: { deliveryId: string; revision: number; whole?: boolean },
    work: (revision: LedgerRevision, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T | 'busy'>;
  /** Records an answer; `delivered` marks the part and, with the last one, the revision. */
  recordAnswer(
    key: { deliveryId: string; revision: number; part: number; runKey: string; attempt: number },
    answer: PartAnswer,
    at: string,
    signal: AbortSignal,
  ): Promise<void>;
  /** The failed answer already on record for this attempt of this run: a crash after it costs no second send. */
  answerOf(
    key: { deliveryId: string; revision: number; runKey: string; attempt: number },
    signal: AbortSignal,
  ): Promise<(PartAnswer & { part: number }) | null>;
  /** Revisions by delivery, or by the workflow that claimed them, one a delivery: the latest unless one is named. */
  findAll(
    key: { deliveryId?: string; workflowId?: string; destination?: string; revision?: number },
    signal: AbortSignal,
  ): Promise<readonly FoundRevision[]>;
  /** Parts of a revision that this run has delivered itself. */
  partsBy(
    key: { deliveryId: string; revision: number; runKey: string },
    signal: AbortSignal,
  ): Promise<readonly number[]>;
}
