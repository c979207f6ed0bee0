import { isCancellation, workflowInfo } from '@temporalio/workflow';
import type { RedeliveryPlan } from '../activities/plan-redelivery.js';
import type { RedeliverRequest, RedeliverResult } from '../contract/result.js';
import { REQUESTER_MEMO } from '../contract/names.js';
import { writeEntry, type RunEnd } from './audit-run.js';
import { deliver, DELIVERY_AT_START } from './deliver.js';
import { fail, failureOf } from './failure-of.js';
import { RECORD } from './profiles.js';
import { startRun, step } from './run.js';

/**
 * Delivers again, from ledger and stored bytes alone: same ids, same bytes, to the destination's present address.
 * By default the outstanding parts only. Query `progress`.
 */
export async function redeliver(request: RedeliverRequest): Promise<RedeliverResult> {
  const run = startRun(undefined, () =>
    Promise.reject(new Error('a redelivery is never long enough to continue as new')),
  );
  const { workflowId, firstExecutionRunId: runId } = workflowInfo();
  let plan: RedeliveryPlan | undefined;
  try {
    plan = await step(RECORD, 'plan').planRedelivery({ request, identity: { workflowId, firstExecutionRunId: runId } });
    const { deliveryId, revision } = plan;
    const delivered = await deliver(run, plan, { ...DELIVERY_AT_START }, (part) => ({
      kind: 'revision',
      deliveryId,
      revision,
      ...(request.all === true && { resendFrom: part }),
    }));
    await audit(plan, delivered);
    run.report({ phase: 'finished', outcome: delivered.outcome });
    return { workflowId, runId, ...delivered };
  } catch (error) {
    const cancelled = isCancellation(error);
    const failure = failureOf(error);
    await audit(plan, cancelled ? { outcome: 'cancelled' } : { outcome: 'failed', failure });
    throw cancelled ? error : fail(failure.type, failure.message, ...failure.details);
  }
}

async function audit(plan: RedeliveryPlan | undefined, end: RunEnd): Promise<void> {
  const { startTime, memo } = workflowInfo();
  const requester = memo?.[REQUESTER_MEMO];
  await writeEntry(end.outcome, {
    timestamp: new Date().toISOString(),
    queryId: plan?.queryId ?? null,
    latency_ms: Date.now() - startTime.getTime(),
    accuracy_rate: null,
    rows_processed: 0,
    status: end.outcome,
    kind: 'redelivery',
    org: plan?.org ?? null,
    requester: typeof requester === 'string' ? requester : 'unknown',
    queryHash: null,
    window: plan?.window ?? null,
    rows: null,
    delivery: end.delivery ?? null,
    failureType: end.failure?.type ?? null,
    failureMessage: end.failure?.message.slice(0, 1_000) ?? null,
  });
}
