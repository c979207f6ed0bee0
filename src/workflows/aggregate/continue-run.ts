import { makeContinueAsNewFunc, workflowInfo, type Workflow } from '@temporalio/workflow';
import { ORIGIN_MEMO } from '../../contract/names.js';

/** Continues as new. The memo goes on saying who asked, and says what the run began as: to a caller it is one run. */
export function continueRun<F extends Workflow>(startedAtMs: number, ...args: Parameters<F>): Promise<never> {
  const { memo, firstExecutionRunId } = workflowInfo();
  const origin = { runId: firstExecutionRunId, startedAt: new Date(startedAtMs).toISOString() };
  return makeContinueAsNewFunc<F>({ memo: { ...memo, [ORIGIN_MEMO]: origin } })(...args);
}
