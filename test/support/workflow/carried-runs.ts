/** The workflows, and one that hands a run its state as our own continue-as-new does: nobody else can start one with it. */
import { makeContinueAsNewFunc, workflowInfo } from '@temporalio/workflow';
import { AGGREGATE_WORKFLOW, ORIGIN_MEMO } from '../../../src/contract/values/names.js';
import type { aggregateJourneyMetrics } from '../../../src/workflows/index.js';

export * from '../../../src/workflows/index.js';

export async function carryOn(...args: Parameters<typeof aggregateJourneyMetrics>): Promise<never> {
  const { firstExecutionRunId, startTime } = workflowInfo();
  const origin = { runId: firstExecutionRunId, startedAt: startTime.toISOString() };
  const onward = makeContinueAsNewFunc<typeof aggregateJourneyMetrics>({
    workflowType: AGGREGATE_WORKFLOW,
    memo: { [ORIGIN_MEMO]: origin },
  });
  return onward(...args);
}
