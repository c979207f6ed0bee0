import type { PartLimits, RunWindow } from '../contract/request/request.js';
import type { Completeness, Outliers, Quality, RowCounts, Sampling } from '../contract/result/result.js';
import type { DerivedFacts } from '../contract/result/derived.js';
import type { Rollup } from '../contract/result/rollup.js';
import type { Report } from '../contract/result/report.js';
import type { AttemptSchedule } from '../contract/run.js';
import type { PartRows } from './datasets.js';
import type { LedgerRevision, PartAnswer } from './ledger.js';

/** What a part says of its revision, and of itself. The same on every attempt, so that it is the same bytes. */
export interface PartHeader {
  readonly deliveryId: string;
  readonly revision: number;
  /** 0-based. */
  readonly part: number;
  readonly parts: number;
  /** Workflow time, ISO 8601 in UTC, at which delivery began. */
  readonly timestamp: string;
  readonly org: string;
  readonly queryId: string;
  readonly series: string;
  /** With all of its filter. */
  readonly report: Report & { readonly filter: NonNullable<Report['filter']> };
  readonly window: RunWindow;
  readonly rows: RowCounts;
  readonly completeness: Completeness;
  readonly outliers: Outliers;
  readonly sampling: Sampling;
  readonly quality: Quality;
  /** The kept rows summed up; absent where the request wants none. */
  readonly rollup?: Rollup;
  /** How journeys were made, where they were. */
  readonly journeys?: DerivedFacts;
}

/** What the ledger knows of a revision for good: enough to find its place at the destination, years later. */
export type DeliveredRevision = Pick<
  LedgerRevision,
  'deliveryId' | 'revision' | 'org' | 'window' | 'queryId' | 'contentHash'
> & { readonly parts: number };

/** One thing that was looked at; the first one that fails is the last. */
export interface CheckStep {
  /** `configuration`, `reach`, `authenticate`, `write`, … */
  readonly step: string;
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was found, in a few words, without a secret. */
  readonly found: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** One place to which rows go. */
export interface Destination {
  /** The folder in `destinations/` that it comes from, as configuration names it. */
  readonly kind: string;
  readonly limits: PartLimits;
  readonly attempts: AttemptSchedule;
  /** Whether a receiver can tell who has sent what it gets. */
  readonly signs: boolean;
  /** The bytes of one part: the same header and rows give the same bytes. They are stored before the first attempt. */
  encode(header: PartHeader, rows: PartRows): Promise<Uint8Array>;
  /**
   * Hands the bytes over once. Idempotent under `partId`: the same part again changes nothing. Never throws for what the
   * other side or the network did, which is an answer; only the reason of the caller's own aborted signal is thrown.
   */
  deliver(
    part: { partId: string; part: number; body: Uint8Array; of: DeliveredRevision },
    signal: AbortSignal,
  ): Promise<PartAnswer>;
  /**
   * Makes a revision visible once all of its parts are there, and retires the one before; absent where the receiver does
   * it. Repeatable. Until it succeeds, the last part counts as not delivered.
   */
  commit?(revision: DeliveredRevision, signal: AbortSignal): Promise<PartAnswer>;
  /** Looks whether a delivery could be made, step by step. */
  check(signal: AbortSignal): AsyncIterable<CheckStep>;
}
