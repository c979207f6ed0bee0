import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancelledFailure,
  CancellationScope,
  ChildWorkflowFailure,
  executeChild,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { AGGREGATE_WORKFLOW, REQUESTER_MEMO } from '../../contract/values/names.js';
import { readableId } from '../../contract/values/readable-id.js';
import type { BackfillRequest, TimeRange } from '../../contract/request/backfill.js';
import type { AggregateRequest } from '../../contract/request/request.js';
import type { SliceFailure } from '../../contract/result/backfill-result.js';
import { CXONE_ORG, JOURNEY_WINDOW_START } from '../../contract/search-attributes.js';
import type { aggregateJourneyMetrics } from '../aggregate/aggregate-journey-metrics.js';
import { step } from '../aggregate/run.js';
import { typedFailure } from '../typed-failure.js';
import { RECORD } from '../profiles.js';
import type { BackfillState, SliceEnd } from './backfill-state.js';

export interface SliceJob {
  readonly request: BackfillRequest;
  readonly requester: string;
  readonly plan: NonNullable<BackfillState['plan']>;
}

/** Temporal's lowest: what somebody waits for goes first. */
const SLICE_PRIORITY = 5;

/** Runs one slice to its end, whatever that is. Where the source capped it or did not answer in time, cuts it in two. */
export async function runSlice(job: SliceJob, slice: TimeRange): Promise<SliceEnd> {
  const workflowId = sliceIdOf(job.plan, slice);
  try {
    const { outcome, rows, delivery, quality, completeness } = await aggregated(job, slice, workflowId);
    const findings = { warnings: quality.warnings.length, missing: completeness.missingCount };
    if (outcome !== 'undelivered') return { state: outcome, rows, findings };
    const reason = delivery.lastFailure ?? 'the receiver accepted no part';
    return { state: outcome, rows, findings, failure: sliceFailure(slice, workflowId, 'Undelivered', reason) };
  } catch (error) {
    const halves = isTooMuch(error) ? await halvesOf(job, slice) : [];
    if (CancellationScope.current().consideredCancelled) return { state: 'cancelled' };
    if (halves.length > 0) return { state: 'halved', halves };
    const { type, message } = reasonOf(error);
    return { state: 'failed', failure: sliceFailure(slice, workflowId, type, message) };
  }
}

function aggregated({ request, requester, plan }: SliceJob, slice: TimeRange, workflowId: string) {
  const { workflowId: backfillId } = workflowInfo();
  return executeChild<typeof aggregateJourneyMetrics>(AGGREGATE_WORKFLOW, {
    workflowId,
    args: [requestOf(request, plan, slice)],
    memo: { [REQUESTER_MEMO]: `backfill ${backfillId} for ${requester}` },
    typedSearchAttributes: [
      { key: CXONE_ORG, value: plan.org },
      { key: JOURNEY_WINDOW_START, value: new Date(slice.from) },
    ],
    staticSummary: `${plan.org}: ${slice.from}..${slice.to}`,
    priority: { priorityKey: SLICE_PRIORITY, fairnessKey: plan.org },
    // A slice of a backfill that is cancelled, or terminated, ends like any cancelled run: audited.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    parentClosePolicy: 'REQUEST_CANCEL',
  });
}

/** As a client would name it, but with the backfill's key: a run that somebody else has for this window is not in the way. */
function sliceIdOf({ org, key }: SliceJob['plan'], slice: TimeRange): string {
  return readableId('journey', org, slice, key);
}

/** What the backfill was asked for, for one window: the same delivery as that of a run that somebody starts for it. */
function requestOf(
  { from, to, sliceBy, lookback, slices, width, window, query, ...common }: BackfillRequest,
  { org, timeZone }: SliceJob['plan'],
  slice: TimeRange,
): AggregateRequest {
  const settle = window?.settle;
  return {
    ...common,
    org,
    timeZone,
    query: { ...query, dateFrom: slice.from, dateTo: slice.to },
    ...(settle !== undefined && { window: { settle } }),
  };
}

/** What a shorter slice may fix: fewer rows than the source caps at, and less work for a query. */
function isTooMuch(error: unknown): boolean {
  const { type, details } = typedFailure(error);
  // What collectResult says of a result that could not be trusted, and of a query that took too long.
  const [detail] = details as readonly ({ readonly capped?: unknown; readonly seenRunning?: unknown } | undefined)[];
  return (
    (type === 'QueryDeadlineExceeded' && detail?.seenRunning === true) ||
    (type === 'IncompleteResult' && detail?.capped === true)
  );
}

/** None for an hour or less, nor where they cannot be had: then the slice has failed as it did. */
async function halvesOf({ plan: { timeZone } }: SliceJob, slice: TimeRange): Promise<readonly TimeRange[]> {
  try {
    return (await step(RECORD, `halve ${slice.from}..${slice.to}`).halveSlice({ ...slice, timeZone })).halves;
  } catch (error) {
    if (error instanceof TemporalFailure) return [];
    throw error;
  }
}

function reasonOf(error: unknown): { readonly type: SliceFailure['type']; readonly message: string } {
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    return { type: 'Unexpected', message: 'it was not started: a run with this id is active' };
  }
  // A bug of ours, which is no end of a slice: it fails the workflow task, until a deploy fixes it.
  if (!(error instanceof TemporalFailure)) throw error;
  const cause = error instanceof ChildWorkflowFailure ? error.cause : undefined;
  if (cause instanceof CancelledFailure) return { type: 'RunCancelled', message: 'the run was cancelled' };
  if (cause instanceof TerminatedFailure) return { type: 'RunTerminated', message: 'the run was terminated' };
  if (cause instanceof TimeoutFailure) return { type: 'RunTimedOut', message: 'the run timed out' };
  return typedFailure(error);
}

const MESSAGE_CHARACTERS = 80;
/** Of JSON: `FAILURES_MOST` of them leave room for the rest of a result in 16 KiB, however long the ids are. */
const FAILURE_BYTES = 250;

/** A line of the table of failures. The message is cut to what there is room for: the run has it all. */
export function sliceFailure(
  { from, to }: TimeRange,
  workflowId: string,
  type: SliceFailure['type'],
  message: string,
): SliceFailure {
  const characters = Array.from(message).slice(0, MESSAGE_CHARACTERS);
  const failure = (): SliceFailure => ({ from, to, workflowId, type, message: characters.join('') });
  while (characters.length > 0 && bytesOf(failure()) > FAILURE_BYTES) characters.pop();
  return failure();
}

function bytesOf(failure: SliceFailure): number {
  return new TextEncoder().encode(JSON.stringify(failure)).length;
}
