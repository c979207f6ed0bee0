import { ContinueAsNew, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { RedeliveryPlan } from '../../activities/upkeep/plan-redelivery.js';
import type { Progress } from '../../contract/result/progress.js';
import type { RedeliverRequest, RedeliverResult } from '../../contract/result/result.js';
import { writeEntry, type RunEnd } from './audit-run.js';
import { continueRun, startRun, step } from './run.js';
import { deliver, DELIVERY_AT_START, type DeliveryState } from './deliver.js';
import { fail, typedFailure } from '../typed-failure.js';
import { RECORD } from '../profiles.js';
import { requesterOf } from '../requester.js';

/** All that a redelivery knows: what continue-as-new carries. */
interface RedeliveryState {
  readonly startedAtMs: number;
  readonly delivery: DeliveryState;
  plan?: RedeliveryPlan;
  progress?: Progress;
}

/**
 * Delivers again, from ledger and stored bytes alone: same ids, same bytes, to the destination's present address.
 * By default the outstanding parts only. Query `progress`.
 * @param carried for continue-as-new only
 */
export async function redeliver(request: RedeliverRequest, carried?: RedeliveryState): Promise<RedeliverResult> {
  const { workflowId, firstExecutionRunId: runId, startTime } = workflowInfo();
  const state = carried ?? { startedAtMs: startTime.getTime(), delivery: { ...DELIVERY_AT_START } };
  const run = startRun(state.progress, (progress) => onward(request, { ...state, progress }));
  try {
    const identity = { workflowId, firstExecutionRunId: runId };
    const plan = (state.plan ??= await step(RECORD, 'plan').planRedelivery({ request, identity }));
    const { deliveryId, revision } = plan;
    const delivered = await deliver(run, plan, state.delivery, (part) => ({
      kind: 'revision',
      deliveryId,
      revision,
      ...(request.all === true && { resendFrom: part }),
    }));
    await audit(state, delivered);
    run.report({ phase: 'finished', outcome: delivered.outcome });
    return { workflowId, runId, ...delivered };
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    const cancelled = isCancellation(error);
    const failure = typedFailure(error);
    await audit(state, cancelled ? { outcome: 'cancelled' } : { outcome: 'failed', failure });
    throw cancelled ? error : fail(failure.type, failure.message, ...failure.details);
  }
}

function onward(request: RedeliverRequest, state: RedeliveryState): Promise<never> {
  return continueRun<typeof redeliver>(state.startedAtMs, request, state);
}

async function audit({ plan, startedAtMs }: RedeliveryState, end: RunEnd): Promise<void> {
  await writeEntry(end.outcome, {
    timestamp: new Date().toISOString(),
    queryId: plan?.queryId ?? null,
    latency_ms: Date.now() - startedAtMs,
    accuracy_rate: null,
    rows_processed: 0,
    status: end.outcome,
    kind: 'redelivery',
    org: plan?.org ?? null,
    requester: requesterOf(),
    queryHash: null,
    series: plan?.series ?? null,
    report: plan?.report ?? null,
    window: plan?.window ?? null,
    rows: null,
    delivery: end.delivery ?? null,
    failureType: end.failure?.type ?? null,
    failureMessage: end.failure?.message.slice(0, 1_000) ?? null,
  });
}
