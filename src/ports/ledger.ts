import type { BlobRef } from '../contract/result/blob-ref.js';
import type { RunWindow } from '../contract/request/request.js';

export interface LedgerPart {
  /** 0-based. */
  readonly part: number;
  readonly webhookId: string;
  readonly body: BlobRef;
  readonly rows: number;
  /** When it was acknowledged by a 2xx; null while it is outstanding. */
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
  readonly contentHash: string;
  /** The run that claimed it first. */
  readonly claimedBy: string;
  /** The run (or redelivery) whose acknowledgement was the last one missing; null while parts are outstanding. */
  readonly deliveredBy: string | null;
  /** Null until the bytes are fixed. */
  readonly parts: readonly LedgerPart[] | null;
}

export interface Claim {
  readonly deliveryId: string;
  readonly org: string;
  readonly destination: string;
  readonly window: RunWindow;
  readonly contentHash: string;
  readonly queryId: string;
  readonly runKey: string;
  readonly workflowId: string;
  readonly at: string;
}

/** What came of sending one part once. */
export interface PartAnswer {
  /** HTTP status; null when there was no complete answer. */
  readonly status: number | null;
  /** In a few words, without anything of the body: `503`, `timeout`, `connection refused`, `address refused: 10.0.0.1`. */
  readonly reason: string;
  readonly retryAfterMs?: number;
  /** No further attempt can help: 410, or an address that is refused. */
  readonly permanent: boolean;
}

export interface DeliveryLedger {
  /**
   * The revision for this content, under a row lock on the delivery: the latest one if its content is the same,
   * else latest + 1. A second claim by the same run answers with the same revision, whatever came after.
   */
  claim(claim: Claim, signal: AbortSignal): Promise<LedgerRevision>;
  /** Names the bytes of every part, once: the first caller's stand, and are returned. */
  fixParts(
    key: { deliveryId: string; revision: number },
    parts: readonly Omit<LedgerPart, 'deliveredAt'>[],
    signal: AbortSignal,
  ): Promise<readonly LedgerPart[]>;
  /** Runs `work` while no other process walks this revision; `busy` when one does. */
  walk<T>(
    key: { deliveryId: string; revision: number },
    work: (revision: LedgerRevision) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T | 'busy'>;
  /** Records an answer; a 2xx marks the part delivered and, with the last one, the revision. */
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
  /** A revision by delivery, or by the workflow that claimed it; the latest unless one is named; null when there is none. */
  find(
    key: { deliveryId?: string; workflowId?: string; revision?: number },
    signal: AbortSignal,
  ): Promise<(LedgerRevision & { latestDelivered: number | null }) | null>;
}

export interface WebhookSender {
  /** Whether the destination has a secret to sign with. */
  signs(destination: string): boolean;
  /** Sends the bytes once. Never throws for what the receiver or the network did: that is an answer. */
  send(input: { destination: string; webhookId: string; body: Uint8Array }, signal: AbortSignal): Promise<PartAnswer>;
}
