import { condition, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { FAILURES_MOST } from '../../contract/request/backfill-limits.js';
import type { BackfillRequest, TimeRange } from '../../contract/request/backfill.js';
import { backfillDetails, progressOf, type BackfillView } from './backfill-progress.js';
import { isStopping, recordEnd, widthOf, type BackfillState } from './backfill-state.js';
import { runSlice } from './run-slice.js';
import { sliceQueue, type Carried, type SliceQueue } from './slice-queue.js';

/**
 * Slices that one execution starts. Each costs nine events here, and six more where it is halved: below the 4,096 at
 * which Temporal suggests to continue as new.
 */
const STARTS_MOST = 250;
/** As many waiting halves as continue-as-new may carry, with what the ones under way can add. */
const HALVES_MOST = 100;

/** A backfill as it stands in one execution. */
export interface Backfill extends BackfillView {
  readonly queue: SliceQueue;
  readonly running: Set<TimeRange>;
  /** Slices that this execution has started. */
  started: number;
  finished: boolean;
}

export function openBackfill(request: BackfillRequest, state: BackfillState, carried: Carried): Backfill {
  return { request, state, queue: sliceQueue(carried), running: new Set(), started: 0, finished: false };
}

/** Shows the present state in the Temporal UI. */
export function show(backfill: Backfill): void {
  setCurrentDetails(backfillDetails(progressOf(backfill)));
}

/**
 * Runs what is in the queue, so many side by side as `width` says at the moment; each that ends makes room for the next.
 * Returns when nothing is under way, and nothing more is to be started by this execution.
 */
export async function runSlices(backfill: Backfill): Promise<void> {
  while (!isIdle(backfill)) {
    while (hasRoom(backfill)) start(backfill);
    await condition(() => hasRoom(backfill) || isIdle(backfill));
  }
}

/** Waits for what runs, and starts nothing. */
export async function drained({ running }: Backfill): Promise<void> {
  await condition(() => running.size === 0);
}

function start(backfill: Backfill): void {
  const { request, state, queue, running } = backfill;
  const slice = queue.take();
  if (slice === undefined || state.plan === undefined) return;
  backfill.started += 1;
  running.add(slice);
  show(backfill);
  void runSlice({ request, requester: state.requester, plan: state.plan }, slice).then((end) => {
    running.delete(slice);
    if (end.state === 'halved') queue.addHalves(end.halves);
    recordEnd(state, slice, end, request);
    show(backfill);
  });
}

function hasRoom(backfill: Backfill): boolean {
  const { state, queue, running } = backfill;
  return !state.paused && !isClosing(backfill) && queue.size > 0 && running.size < widthNow(backfill);
}

/**
 * One at a time where many halves wait: depth first, they do not become more. And never so many that there could be more
 * failures than are listed.
 */
function widthNow({ request, state, queue }: Backfill): number {
  return Math.min(queue.halves < HALVES_MOST ? widthOf(state, request) : 1, FAILURES_MOST - state.failures.length);
}

function isIdle(backfill: Backfill): boolean {
  return backfill.running.size === 0 && (isClosing(backfill) || backfill.queue.size === 0);
}

/** Whether this execution starts nothing any more. */
function isClosing({ state, started }: Backfill): boolean {
  return isStopping(state) || started >= STARTS_MOST || workflowInfo().continueAsNewSuggested;
}
