import {
  allHandlersFinished,
  CancellationScope,
  condition,
  ContinueAsNew,
  isCancellation,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { BackfillRequest } from '../../contract/request/backfill.js';
import type { BackfillResult } from '../../contract/result/backfill-result.js';
import { RUN_OUTCOME } from '../../contract/search-attributes.js';
import { listen } from './backfill-messages.js';
import { backfillResult } from './backfill-progress.js';
import { freshBackfill, isStopping, type BackfillState } from './backfill-state.js';
import { drained, openBackfill, runSlices, show, type Backfill } from './backfill.js';
import { continueRun, step } from '../aggregate/run.js';
import { fail, typedFailure } from '../typed-failure.js';
import { RECORD } from '../profiles.js';
import { showOrgAndStart } from '../requester.js';
import { NOTHING_CARRIED, type Carried } from './slice-queue.js';

/**
 * Runs one request for many windows: a child `aggregateJourneyMetrics` a slice, a few side by side, at low priority. What
 * the source caps is halved; what fails is listed. Query `progress`, signals `pause` and `resume`, update `setWidth`.
 * It writes no audit entry: each of its runs does, and names the backfill and the requester as its requester.
 * @param state for continue-as-new only, as is `carried`: two payloads, each of them small
 * @throws ApplicationFailure `InvalidRequest`; a backfill that is cancelled ends when its runs have
 */
export async function backfillJourneyMetrics(
  request: BackfillRequest,
  state: BackfillState = freshBackfill(),
  carried: Carried = NOTHING_CARRIED,
): Promise<BackfillResult> {
  const backfill = openBackfill(request, state, carried);
  listen(backfill);
  show(backfill);
  try {
    const plan = await planned(backfill);
    await runSlices(backfill);
    await condition(allHandlersFinished);
    if (goesOn(backfill)) return await onward(backfill);
    backfill.finished = true;
    show(backfill);
    const result = backfillResult(backfill, plan);
    upsertSearchAttributes([{ key: RUN_OUTCOME, value: result.outcome }]);
    return result;
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => drained(backfill));
      throw error;
    }
    const { type, message, details } = typedFailure(error);
    throw fail(type, message, ...details);
  }
}

/** The next slices, 150 at most: of the first answer those that the request lists, alone. */
async function planned({ request, state, queue }: Backfill): Promise<NonNullable<BackfillState['plan']>> {
  const { plan: known, anchorMs, next: after } = state;
  if (known !== undefined && after === undefined) return known;
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const { slices, next, total, ...plan } = await step(
    RECORD,
    after === undefined ? 'plan' : `plan from ${after}`,
  ).planSlices({
    request,
    identity: { workflowId, firstExecutionRunId },
    anchorMs,
    ...(after !== undefined && { after }),
  });
  if (after === undefined && request.slices !== undefined) queue.addListed(slices);
  else queue.addPlanned(slices);
  if (known === undefined) {
    state.counts.total = total;
    state.plan = plan;
    showOrgAndStart(plan.org, plan.range.from);
  }
  if (next === undefined) delete state.next;
  else state.next = next;
  return known ?? plan;
}

/** Whether another execution is to do the rest. */
function goesOn({ state, queue }: Backfill): boolean {
  return !isStopping(state) && (queue.size > 0 || state.next !== undefined);
}

/** What was planned and not started is planned again, so that it need not travel. */
function onward({ request, state, queue: { rest } }: Backfill): Promise<never> {
  const { halves, listed, planned: again } = rest;
  const from = again[0]?.from ?? state.next;
  const next = { ...state, ...(from !== undefined && { next: from }) };
  return continueRun<typeof backfillJourneyMetrics>(state.startedAtMs, request, next, { halves, listed });
}
