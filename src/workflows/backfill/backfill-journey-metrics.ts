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
import { auditRefusal } from '../aggregate/audit-run.js';
import { carriedArguments, refuseStart } from '../entry.js';
import { fail, typedFailure } from '../typed-failure.js';
import { RECORD } from '../profiles.js';
import { showOrgAndStart } from '../requester.js';
import { NOTHING_CARRIED, type Carried } from './slice-queue.js';

/**
 * Runs one request for many windows: a child `aggregateJourneyMetrics` a slice, a few side by side, at low priority. What
 * the source caps is halved; what fails is listed. Query `progress`, signals `pause` and `resume`, update `setWidth`.
 * It writes an audit entry where it is refused only: each of its runs does, and names backfill and requester as its requester.
 * @param given for continue-as-new only: state and queue, two payloads, each of them small; from anybody else refused
 * @throws ApplicationFailure `InvalidRequest`; a backfill that is cancelled ends when its runs have
 */
export async function backfillJourneyMetrics(
  request: BackfillRequest,
  ...given: readonly [state?: BackfillState, queue?: Carried]
): Promise<BackfillResult> {
  const [state = freshBackfill(), carried = NOTHING_CARRIED] = carriedArguments(given);
  const backfill = openBackfill(request, state, carried);
  listen(backfill);
  show(backfill);
  try {
    refuseStart(request, given);
    const plan = await planned(backfill);
    await runSlices(backfill);
    await condition(allHandlersFinished);
    if (goesOn(backfill)) return await onward(backfill);
    backfill.finished = true;
    show(backfill);
    const result = backfillResult(backfill, plan);
    upsertSearchAttributes([{ key: RUN_OUTCOME, value: result.outcome }]);
    if (result.outcome === 'incomplete') await noteStopped(plan.org, result);
    return result;
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => drained(backfill));
      throw error;
    }
    const failure = typedFailure(error);
    // Before there is a plan there are no runs that would say so.
    if (state.plan === undefined) await auditRefusal(state.startedAtMs, failure);
    throw fail(failure.type, failure.message, ...failure.details);
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

function noteStopped(org: string, { workflowId, runId, slices }: BackfillResult): Promise<void> {
  const { total, failed, undelivered, waiting } = slices;
  const identity = { workflowId, firstExecutionRunId: runId };
  return step(RECORD, 'tell that it is incomplete').noteStopped({
    ...{ identity, org, total, waiting, failed: failed + undelivered },
  });
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
