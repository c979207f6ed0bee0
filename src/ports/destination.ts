import type { PartLimits, RunWindow } from '../contract/request/request.js';
import type { Completeness, Outliers, Quality, RowCounts, Sampling } from '../contract/result/result.js';
import type { DerivedFacts } from '../contract/result/derived.js';
import type { Rollup } from '../contract/result/rollup.js';
import type { Report } from '../contract/result/report.js';
import type { AttemptSchedule } from '../contract/run.js';
import type { PartRows } from './data/datasets.js';
import type { LedgerRevision, PartAnswer } from './records/ledger.js';
import type { RecordGrain } from './records/journey-records.js';
import type { RowTable } from './data/row-table.js';

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

/** What all destinations have. */
interface DestinationFacts {
  /** The folder in `destinations/` that it comes from, as configuration names it. */
  readonly kind: string;
  /** Two destinations write to one place where these are the same. Never shown: it may hold a secret. */
  readonly place?: string;
  readonly limits: PartLimits;
  readonly attempts: AttemptSchedule;
  /** Whether a receiver can tell who has sent what it gets. */
  readonly signs: boolean;
  /** Looks whether a delivery could be made, step by step. @param write whether something may be written, and removed */
  check(signal: AbortSignal, write?: boolean): AsyncIterable<CheckStep>;
}

/** One place to which rows go as parts: bytes that are made and stored once, and handed over one by one. */
export interface PartDestination extends DestinationFacts {
  readonly takes?: 'parts';
  /** Parts that may be under way at the same time; absent: 1, which keeps their order. */
  readonly concurrency?: number;
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
}

/** One place to which the rows of a revision go as a whole: files, a table. */
export interface RowDestination extends DestinationFacts {
  readonly takes: 'rows';
  /** What it takes in place of the report's rows. Absent: those. */
  readonly grain?: RecordGrain;
  /**
   * Writes the rows and makes them visible, all at once, in the place of an earlier revision, and never of a later one
   * (`superseded`). Called while no other process writes the delivery. Repeatable. Throws as `deliver` does.
   */
  write(revision: RowsOfRevision, signal: AbortSignal): Promise<PartAnswer>;
  /** A run has read what is there already: its time, and how complete it is, move on. */
  seen(revision: SeenRevision, signal: AbortSignal): Promise<PartAnswer>;
  /** The highest revision that is there; undefined where there is none, and where the place does not answer now. */
  standing(window: WindowAt, signal: AbortSignal): Promise<StandingRevision | undefined>;
}

/** A window of a series, as a place that takes rows knows it. */
export type WindowAt = Pick<SeenRevision, 'deliveryId' | 'org' | 'series' | 'window'> & {
  readonly report: Pick<Report, 'source'>;
};

/** A revision that is at a place, and the run that claimed it. */
export type StandingRevision = Pick<SeenRevision, 'revision' | 'runKey'>;

export type Destination = PartDestination | RowDestination;

/** A revision of a delivery to a place that takes rows, and the reading that found it. */
export interface SeenRevision {
  readonly deliveryId: string;
  readonly revision: number;
  readonly org: string;
  readonly series: string;
  readonly report: Report;
  readonly window: RunWindow;
  /** Of the run that claimed it. */
  readonly runKey: string;
  readonly claimedAt: string;
  /** When the rows were read, ISO 8601 in UTC. */
  readonly readAt: string;
  /** No bucket of the window is without rows. */
  readonly complete: boolean;
  /** A further reading is not expected to change it. */
  readonly final: boolean;
  readonly rows: number;
}

export interface RowsOfRevision extends SeenRevision {
  readonly contentHash: string;
  readonly queryId: string;
  /** What was found in the rows. */
  readonly found: Pick<PartHeader, 'rows' | 'completeness' | 'outliers' | 'sampling' | 'quality' | 'journeys'>;
  readonly table: RowTable;
}
