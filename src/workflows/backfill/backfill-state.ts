import { workflowInfo } from '@temporalio/workflow';
import type { SlicePlan } from '../../activities/backfill/plan-slices.js';
import { FAILURES_MOST, WIDTH } from '../../contract/limits.js';
import type { BackfillRequest, TimeRange } from '../../contract/request/backfill.js';
import type { TimeGroup } from '../../contract/request/request.js';
import type { SliceFailure } from '../../contract/result/backfill-result.js';
import type { CompletedOutcome, RowCounts } from '../../contract/result/result.js';
import { anchorMsOf, requesterOf } from '../requester.js';

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
  readonly rows: { returned: number; delivered: number; sent: number };
  readonly findings: { withWarnings: number; withoutRows: number; missing: number };
  readonly failures: SliceFailure[];
  partsOfBuckets: number;
}

/** What to look at in one slice. */
export interface SliceFindings {
  readonly warnings: number;
  readonly missing: number;
}

export type SliceEnd =
  | { readonly state: Exclude<CompletedOutcome, 'undelivered'>; readonly rows: RowCounts; readonly findings: SliceFindings }
  | { readonly state: 'undelivered'; readonly rows: RowCounts; readonly findings: SliceFindings; readonly failure: SliceFailure }
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
    rows: { returned: 0, delivered: 0, sent: 0 },
    findings: { withWarnings: 0, withoutRows: 0, missing: 0 },
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
  const { counts, rows, failures, findings } = state;
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
    if (end.state === 'completed') rows.sent += end.rows.delivered;
    if (end.findings.warnings > 0) findings.withWarnings += 1;
    if (end.rows.returned === 0) findings.withoutRows += 1;
    findings.missing += end.findings.missing;
  }
}

/** This many failures mean that something is wrong that another slice will not fix. */
export function isStopping({ failures }: BackfillState): boolean {
  return failures.length >= FAILURES_MOST;
}

/** How many slices are to run side by side. What the request says is looked at once it has been checked. */
export function widthOf({ plan, width }: BackfillState, request: BackfillRequest): number {
  return width ?? (plan && request.width) ?? WIDTH;
}

const HOUR_MS = 3_600_000;

/** The shortest that a bucket can be: clocks that go forward take an hour from a day, a week and a February. */
const SHORTEST_MS: Readonly<Record<TimeGroup, number>> = {
  hour: HOUR_MS,
  day: 23 * HOUR_MS,
  week: (7 * 24 - 1) * HOUR_MS,
  month: (28 * 24 - 1) * HOUR_MS,
};

/**
 * Whether a slice is shorter than any bucket, so that its rows are of a part of one. Plain arithmetic: replayed code knows
 * no time zones, and a slice between 23 and 25 hours may be a whole day.
 */
export function isPartOfBucket({ from, to }: TimeRange, timeGroupBy: TimeGroup): boolean {
  return Date.parse(to) - Date.parse(from) < SHORTEST_MS[timeGroupBy];
}
