import type { z } from 'zod';
import type { backfillRequestSchema } from './backfill-schema.js';
import type { FailureType } from '../failures.js';

/**
 * What a caller sends to `backfillJourneyMetrics`: a request of `aggregateJourneyMetrics` without its dates, and which
 * windows it is for. Either `from` and `to` (half-open; dates are days in the time zone), cut by `sliceBy`; or
 * `window.relative` and `lookback`, that window and the ones before it, so many in all. `slices` come before `from` and `to`.
 */
export type BackfillRequest = z.input<typeof backfillRequestSchema>;

/** Half-open; both are instants in UTC, e.g. `2026-11-01T00:00:00Z`. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

/** How many slices there are, and how they ended. `total` is the sum of the others but `halved`. */
export interface SliceCounts {
  readonly total: number;
  readonly completed: number;
  readonly unchanged: number;
  readonly undelivered: number;
  readonly failed: number;
  readonly running: number;
  readonly waiting: number;
  /** Slices that the source capped, or did not answer in time: two halves took the place of each. */
  readonly halved: number;
}

/** A slice that did not reach BI. */
export interface SliceFailure extends TimeRange {
  readonly workflowId: string;
  /** `Undelivered`: it was read, and the receiver did not take it. `RunTerminated`, `RunTimedOut`: it was ended from outside. */
  readonly type: FailureType | 'Undelivered' | 'RunCancelled' | 'RunTerminated' | 'RunTimedOut';
  /** Cut at 80 characters: the run has it all. */
  readonly message: string;
}

/** `incomplete`: there are failures, or slices that were not started. */
export type BackfillOutcome = 'completed' | 'incomplete';

/** What `backfillJourneyMetrics` returns: plain JSON below 16 KiB. */
export interface BackfillResult {
  readonly workflowId: string;
  readonly runId: string;
  readonly outcome: BackfillOutcome;
  readonly timeZone: string;
  /** From the start of the first slice to the end of the last. */
  readonly range: TimeRange;
  readonly slices: SliceCounts;
  readonly rows: { readonly returned: number; readonly delivered: number };
  /** What `retry` runs again; `FAILURES_MOST` at most: never are more under way than there is room for here. */
  readonly failures: readonly SliceFailure[];
  /** What was not started, where there were too many failures: single slices, and a range of them. */
  readonly left: { readonly slices: readonly TimeRange[]; readonly range?: TimeRange };
  /** Slices shorter than a bucket of `timeGroupBy`: their rows are of a part of it. Sums add up, rates and medians do not. */
  readonly partsOfBuckets: number;
}

export type BackfillPhase = 'planning' | 'running' | 'paused' | 'stopping' | 'finished';

/** Answer of the query `progress` of a backfill. */
export interface BackfillProgress {
  readonly phase: BackfillPhase;
  readonly width: number;
  readonly slices: SliceCounts;
  readonly rows: BackfillResult['rows'];
  /** Absent while it is planned. */
  readonly timeZone?: string;
  readonly range?: TimeRange;
  /** Slices under way. */
  readonly running: readonly TimeRange[];
  readonly failures: number;
}
