import { workflowInfo } from '@temporalio/workflow';
import type { SlicePlan } from '../../activities/backfill/plan-slices.js';
import { FAILURES_MOST, WIDTH } from '../../contract/request/backfill-limits.js';
import type { BackfillRequest, SliceFailure, TimeRange } from '../../contract/request/backfill.js';
import { isPartOfBucket } from './part-of-bucket.js';
import { anchorMsOf, requesterOf } from '../requester.js';
import type { CompletedOutcome, RowCounts } from '../../contract/result/result.js';

/** All that a backfill knows but the slices that wait, as plain JSON: what continue-as-new carries. */
export interface BackfillState {
  readonly startedAtMs: number;
  readonly anchorMs: number;
  readonly requester: string;
  /** Of the first plan; the later ones say the same. */
  plan?: Pick<SlicePlan, 'key' | 'org' | 'timeZone' | 'range'>;
  /** Where the batch after the present one begins; absent when there is none. */
  next?: string;
  /** What somebody has set since the start. */
  width?: number;
  paused: boolean;
  readonly counts: {
    total: number;
    completed: number;
    unchanged: number;
    undelivered: number;
    failed: number;
    halved: number;
  };
  readonly rows: { returned: number; delivered: number };
  readonly failures: SliceFailure[];
  partsOfBuckets: number;
}

export type SliceEnd =
  | { readonly state: Exclude<CompletedOutcome, 'undelivered'>; readonly rows: RowCounts }
  | { readonly state: 'undelivered'; readonly rows: RowCounts; readonly failure: SliceFailure }
  | { readonly state: 'failed'; readonly failure: SliceFailure }
  | { readonly state: 'halved'; readonly halves: readonly TimeRange[] }
  /** With the backfill. */
  | { readonly state: 'cancelled' };

export function freshBackfill(): BackfillState {
  const startedAtMs = workflowInfo().startTime.getTime();
  return {
    startedAtMs,
    anchorMs: anchorMsOf(startedAtMs),
    requester: requesterOf(),
    paused: false,
    counts: { total: 0, completed: 0, unchanged: 0, undelivered: 0, failed: 0, halved: 0 },
    rows: { returned: 0, delivered: 0 },
    failures: [],
    partsOfBuckets: 0,
  };
}

/** Takes down how a slice ended. A halved one is replaced: that makes one slice more. */
export function recordEnd(
  state: BackfillState,
  slice: TimeRange,
  end: SliceEnd,
  { query: { timeGroupBy = 'day' } }: BackfillRequest,
): void {
  const { counts, rows, failures } = state;
  switch (end.state) {
    case 'completed':
    case 'unchanged':
      counts[end.state] += 1;
      if (isPartOfBucket(slice, timeGroupBy)) state.partsOfBuckets += 1;
      break;
    case 'undelivered':
    case 'failed':
      counts[end.state] += 1;
      failures.push(end.failure);
      break;
    case 'halved':
      counts.halved += 1;
      counts.total += 1;
      break;
    case 'cancelled':
      break;
  }
  if ('rows' in end) {
    rows.returned += end.rows.returned;
    rows.delivered += end.rows.delivered;
  }
}

/** So many failures mean that something is wrong that another slice will not mend. */
export function isStopping({ failures }: BackfillState): boolean {
  return failures.length >= FAILURES_MOST;
}

/** How many slices are to run side by side. What the request says is looked at once it has been checked. */
export function widthOf({ plan, width }: BackfillState, request: BackfillRequest): number {
  return width ?? (plan && request.width) ?? WIDTH;
}
