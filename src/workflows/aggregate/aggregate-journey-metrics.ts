import { CancellationScope, ContinueAsNew, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { DatasetRef, DerivedRef } from '../../contract/result/dataset.js';
import type { AggregateRequest } from '../../contract/request/request.js';
import type { AggregateResult } from '../../contract/result/result.js';
import type { RunPlan } from '../../contract/run.js';
import { auditRun } from './audit-run.js';
import { continueRun, startRun, step, type Run } from './run.js';
import { collectResult } from './collect-result.js';
import { deliverOutputs, resultOf, transformed } from './deliver-outputs.js';
import { carriedArguments, refuseStart } from '../entry.js';
import { typedFailure, fail } from '../typed-failure.js';
import { RECORD, TIDYING, TRANSFER } from '../profiles.js';
import { anchorMsOf, requesterOf, showAsked, showOrgAndStart } from '../requester.js';
import { freshState, leaner, type RunState } from './run-state.js';
import { abortQuery, keysOf, placeOf } from './source-state.js';

/**
 * Pulls one window of journey metrics out of CXone, checks and cleans the rows, delivers them signed to BI and leaves
 * an audit entry, whatever happens meanwhile. Query `progress`, signal `pollNow`.
 * @param given for continue-as-new only: from anybody else it is refused
 * @throws ApplicationFailure of a type in `contract/failures.ts`; a cancelled run is audited, too
 */
export async function aggregateJourneyMetrics(
  request: AggregateRequest,
  ...given: readonly [carried?: RunState]
): Promise<AggregateResult> {
  const [carried] = carriedArguments(given);
  const state = carried ?? freshState();
  const run = startRun(carried?.progress, (progress) =>
    continueRun<typeof aggregateJourneyMetrics>(state.startedAtMs, request, { ...leaner(state), progress }),
  );
  try {
    refuseStart(request, given);
    const plan = (state.plan ??= await planned(request, state));
    await settled(run, plan);
    const dataset = (state.dataset ??= await collectResult(run, plan, state.source));
    const rows = plan.source.derives ? (state.rows ??= await derived(run, plan, dataset)) : dataset;
    const output = (state.output ??= await transformed(run, plan, rows));
    const delivered = await deliverOutputs(run, state, plan, rows);
    run.report({ phase: 'auditing' });
    await auditRun(state, { ...delivered });
    showAsked(plan, output);
    run.report({ phase: 'finished', outcome: delivered.outcome });
    return resultOf(state, plan, output, delivered);
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const cancelled = isCancellation(error);
    const failure = typedFailure(error);
    if (state.plan && state.dataset === undefined) await abortQuery(state.plan, state.source);
    await auditRun(state, cancelled ? { outcome: 'cancelled' } : { outcome: 'failed', failure });
    if (cancelled) await rowsRemoved(state);
    throw cancelled ? error : fail(failure.type, failure.message, ...failure.details);
  }
}

/** Nobody will ask for the rows of a run that was cancelled before it had any to deliver. What stays is left to retention. */
async function rowsRemoved({ plan, source, dataset, output }: RunState): Promise<void> {
  const hasRows = (source.collecting || dataset !== undefined) && output === undefined;
  if (plan === undefined || !hasRows) return;
  const { runKey } = plan;
  await CancellationScope.nonCancellable(() => step(TIDYING, 'remove rows').removeRows({ runKey })).catch(
    () => undefined,
  );
}

async function planned(request: AggregateRequest, { startedAtMs }: RunState): Promise<RunPlan> {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const plan = await step(RECORD, 'plan').planRun({
    request,
    identity: { workflowId, firstExecutionRunId },
    requester: requesterOf(),
    anchorMs: anchorMsOf(startedAtMs),
    startedAt: new Date(startedAtMs).toISOString(),
  });
  showOrgAndStart(plan.org, plan.window.from);
  showAsked(plan);
  return plan;
}

/** Late data: waits until the window has had time to settle. */
async function settled(run: Run, plan: RunPlan): Promise<void> {
  const ms = plan.settleUntil === undefined ? 0 : Date.parse(plan.settleUntil) - Date.now();
  if (ms <= 0) return;
  run.report({ phase: 'settling' });
  await run.wait({ ms, reason: 'late data' });
}

async function derived(run: Run, plan: RunPlan, dataset: DatasetRef): Promise<DerivedRef> {
  const { runKey, query, window } = plan;
  run.report({ phase: 'transforming' });
  const input = { ...placeOf(plan), runKey, dataset, query, keys: keysOf(plan), window };
  return step(TRANSFER, `rows of ${dataset.pages} pages`).deriveRows(input);
}
