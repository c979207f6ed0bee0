import { startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { TELL_ALERT_WORKFLOW } from '../../contract/values/names.js';
import { RECORD } from '../profiles.js';
import { refuseUpkeep } from '../upkeep/refuse-upkeep.js';
import { step } from '../aggregate/run.js';

/** Starts a workflow for each alert that waits, and waits for none of them. The worker keeps a schedule of it. */
export async function tellAlerts(...given: readonly never[]): Promise<{ readonly alerts: number }> {
  await refuseUpkeep(given);
  const ids = await step(RECORD, 'alerts that wait').waitingAlerts();
  if (ids.length === 0) return { alerts: 0 };
  await Promise.all(ids.map(startTelling));
  // After they were started: a worker that dies before this starts them again, and finds them started.
  await step(RECORD, 'each is being sent').handOverAlerts({ ids });
  return { alerts: ids.length };
}

async function startTelling(id: string): Promise<void> {
  try {
    await startChild(TELL_ALERT_WORKFLOW, {
      workflowId: id,
      args: [{ id }],
      parentClosePolicy: 'ABANDON',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
