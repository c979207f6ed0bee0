import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';
import { RECONCILE_SCHEDULE_ID, RECONCILE_WORKFLOW } from '../contract/names.js';

/** Sees to it that the schedule of `reconcileAudit` is there: every hour, never two at once. Left alone where it exists. */
export async function keepReconcileSchedule(client: Client, taskQueue: string): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: RECONCILE_SCHEDULE_ID,
      spec: { intervals: [{ every: '1 hour' }] },
      policies: { overlap: 'SKIP', catchupWindow: '1 hour' },
      action: {
        type: 'startWorkflow',
        workflowType: RECONCILE_WORKFLOW,
        workflowId: 'reconcile-audit-scheduled',
        taskQueue,
      },
      state: { note: 'kept by the worker; audits runs that were ended from outside' },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
