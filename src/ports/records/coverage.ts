import type { Reading, RunOutcome } from '../../contract/closed-sets.js';
import type { Processing } from '../../contract/request/request.js';
import type { RunWindow } from '../../contract/values/window.js';
import type { RevisionCause } from './causes.js';
import type { MissingBuckets } from './ledger.js';
import type { Report } from '../../contract/result/report.js';

/** What the records know of one window of a series at a destination. Instants in milliseconds since the epoch. */
export interface WindowFacts {
  readonly deliveryId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly label: string;
  /** The run that read it last, and how that ended; null while it is under way. */
  readonly workflowId: string;
  readonly outcome: RunOutcome | null;
  readonly failureType: string | null;
  /** When it was last read to its end, how many rows the source had then, and what it said of them; null before. */
  readonly readAtMs: number | null;
  readonly rows: number | null;
  readonly reading: Reading | null;
  /** The newest revision that the destination has; null where it has none. */
  readonly revision: number | null;
  /** The newest revision there is. */
  readonly newestRevision: number | null;
  /** Delivered revisions after the first one. */
  readonly corrections: number;
  readonly deliveredAtMs: number | null;
  /** Buckets without rows, as the last reading found them; absent where nobody said. */
  readonly missing?: MissingBuckets;
  /** When the delivered revision was claimed: of two windows that share time the later one counts. */
  readonly claimedAtMs: number | null;
}

/** What one schedule is to read, for as long as it is defined like this. */
export interface Expectation {
  readonly scheduleId: string;
  readonly every: 'hour' | 'day' | 'week' | 'month';
  /** `05:00`, or `:05` of an hourly one. */
  readonly at: string;
  readonly timeZone: string;
  /** The window of its request, as in the request. */
  readonly relative: string;
  readonly settleMs: number;
  /** Starts from here on; until, where it was changed or retired. */
  readonly sinceMs: number;
  readonly untilMs: number | null;
}

/** Everything that the coverage of one series at one destination is made of. */
export interface SeriesFacts {
  readonly org: string;
  readonly series: string;
  readonly source: string;
  readonly destination: string;
  readonly report: Report | null;
  /** Null of a series that no run of this version has read. */
  readonly processing: Processing | null;
  readonly timeZone: string;
  /** By their beginnings. */
  readonly windows: readonly WindowFacts[];
  readonly expectations: readonly Expectation[];
}

/** What a schedule is to read: windows of one series at one destination. */
export interface ExpectedWindows extends Pick<Expectation, 'every' | 'at' | 'timeZone' | 'relative' | 'settleMs'> {
  readonly org: string;
  readonly source: string;
  readonly series: string;
  readonly destination: string;
}

/** Each rejects with an `AdapterError`. */
export interface ExpectationRecords {
  /** What a schedule that stands is to read from now on; where nothing changed, nothing is written. */
  note(
    schedule: { readonly scheduleId: string; readonly createdMs: number; readonly windows: readonly ExpectedWindows[] },
    nowMs: number,
    signal: AbortSignal,
  ): Promise<void>;
  /** Nothing more is expected of it. */
  retire(scheduleId: string, nowMs: number, signal: AbortSignal): Promise<void>;
}

export interface CoverageFilter {
  /** Of these organisations: of an empty list nothing. */
  readonly orgs?: readonly string[];
  readonly series?: string;
  readonly source?: string;
  readonly destination?: string;
  /** Windows without an instant of it are known by their time and state only, which is all that a watermark needs. */
  readonly listed?: { readonly fromMs: number | null; readonly toMs: number | null };
}

/** What became of one window at one destination. */
export interface WindowHistory {
  readonly deliveryId: string;
  readonly org: string;
  readonly destination: string;
  readonly series: string | null;
  readonly report: Report | null;
  readonly window: RunWindow;
  /** Oldest first. */
  readonly revisions: readonly {
    readonly revision: number;
    readonly claimedAt: string;
    readonly deliveredAt: string | null;
    /** Null until its bytes are fixed. */
    readonly rows: number | null;
    /** Why it is there: empty of the first; null where nobody kept it. */
    readonly causes: readonly RevisionCause[] | null;
    /** Runs that found it: the first one made it. */
    readonly readings: readonly {
      readonly workflowId: string;
      readonly outcome: RunOutcome | null;
      readonly at: string;
    }[];
  }[];
}

export interface CoverageRecords {
  /** By organisation, series and destination. Rejects with an `AdapterError`. */
  read(filter: CoverageFilter, signal: AbortSignal): Promise<readonly SeriesFacts[]>;
  /** Null of a delivery that was never claimed. */
  history(deliveryId: string, signal: AbortSignal): Promise<WindowHistory | null>;
}
