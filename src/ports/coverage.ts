import type { Reading, RunOutcome } from '../contract/closed-sets.js';
import type { Processing } from '../contract/request/request.js';
import type { Report } from '../contract/result/report.js';

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

export interface CoverageFilter {
  /** Of these organisations: of an empty list nothing. */
  readonly orgs?: readonly string[];
  readonly series?: string;
  readonly source?: string;
  readonly destination?: string;
}

export interface CoverageRecords {
  /** By organisation, series and destination. Rejects with an `AdapterError`. */
  read(filter: CoverageFilter, signal: AbortSignal): Promise<readonly SeriesFacts[]>;
}
