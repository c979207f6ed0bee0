import { ContinueAsNew, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { RedeliveryPlan } from '../../activities/upkeep/plan-redelivery.js';
import type { Progress } from '../../contract/result/progress.js';
import type { RedeliverRequest, RedeliverResult } from '../../contract/result/result.js';
import { writeEntry, type RunEnd } from './audit-run.js';
import { continueRun, startRun, step } from './run.js';
import { deliverAll } from './deliver.js';
import type { DeliveryState } from './delivery-end.js';
import { carriedArguments, refuseStart } from '../entry.js';
import { fail, typedFailure } from '../typed-failure.js';
import { RECORD } from '../profiles.js';
import { requesterOf } from '../requester.js';

/** All that a redelivery knows: what continue-as-new carries. */
interface RedeliveryState {
  readonly startedAtMs: number;
  readonly deliveries: DeliveryState[];
  plan?: RedeliveryPlan;
  progress?: Progress;
}

/**
 * Delivers again, from ledger and stored bytes alone: same ids, same bytes, to the destination's present address.
 * By default the outstanding parts only. Query `progress`.
 * @param given for continue-as-new only: from anybody else it is refused
 */
export async function redeliver(
  request: RedeliverRequest,
  ...given: readonly [carried?: RedeliveryState]
): Promise<RedeliverResult> {
  const [carried] = carriedArguments(given);
  const { workflowId, firstExecutionRunId: runId, startTime } = workflowInfo();
  const state = carried ?? { startedAtMs: startTime.getTime(), deliveries: [] };
  const run = startRun(state.progress, (progress) => onward(request, { ...state, progress }));
  try {
    refuseStart(request, given);
    const identity = { workflowId, firstExecutionRunId: runId };
    const plan = (state.plan ??= await step(RECORD, 'plan').planRedelivery({ request, identity }));
    const { runKey } = plan;
    const resend = request.all === true ? { resend: true } : {};
    const targets = plan.deliveries.map(({ revision, ...target }) => {
      const subject = { kind: 'revision', deliveryId: target.deliveryId, revision, ...resend } as const;
      return { ...target, runKey, subject };
    });
    const delivered = await deliverAll(run, targets, state.deliveries);
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
    ...(end.deliveries && { deliveries: end.deliveries }),
    failureType: end.failure?.type ?? null,
    failureMessage: end.failure?.message.slice(0, 1_000) ?? null,
  });
}
