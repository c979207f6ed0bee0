import { ScheduleAlreadyRunning, type Client, type ScheduleOptions } from '@temporalio/client';
import {
  CHECK_AUDIT_WORKFLOW,
  CHECK_SCHEDULE_ID,
  EXPIRE_SCHEDULE_ID,
  EXPIRE_WORKFLOW,
  NOTE_SCHEDULE_ID,
  NOTE_SCHEDULES_WORKFLOW,
  RECONCILE_SCHEDULE_ID,
  RECONCILE_WORKFLOW,
  TASK_QUEUE,
  TELL_ALERTS_WORKFLOW,
  TELL_SCHEDULE_ID,
  WATCH_SCHEDULE_ID,
  WATCH_SCHEDULES_WORKFLOW,
} from '../contract/values/names.js';

interface KeptSchedule {
  readonly scheduleId: string;
  readonly workflowType: string;
  readonly workflowId: string;
  readonly spec: ScheduleOptions['spec'];
  readonly note: string;
}

const KEPT: readonly KeptSchedule[] = [
  {
    scheduleId: RECONCILE_SCHEDULE_ID,
    workflowType: RECONCILE_WORKFLOW,
    workflowId: 'reconcile-audit-scheduled',
    spec: { intervals: [{ every: '1 hour' }] },
    note: 'kept by the worker; writes audit entries of terminated runs',
  },
  {
    scheduleId: EXPIRE_SCHEDULE_ID,
    workflowType: EXPIRE_WORKFLOW,
    workflowId: 'expire-datasets-scheduled',
    spec: { intervals: [{ every: '1 day', offset: '3 hours' }] },
    note: 'kept by the worker; deletes rows and payloads that are older than DATASET_RETENTION and not needed',
  },
  {
    scheduleId: NOTE_SCHEDULE_ID,
    workflowType: NOTE_SCHEDULES_WORKFLOW,
    workflowId: 'note-schedules-scheduled',
    spec: { intervals: [{ every: '5 minutes' }] },
    note: 'kept by the worker; notes what schedules are to read, so that a late window is found',
  },
  {
    scheduleId: WATCH_SCHEDULE_ID,
    workflowType: WATCH_SCHEDULES_WORKFLOW,
    workflowId: 'watch-schedules-scheduled',
    spec: { intervals: [{ every: '5 minutes', offset: '1 minute' }] },
    note: 'kept by the worker; finds late windows, and pauses schedules that only fail',
  },
  {
    scheduleId: TELL_SCHEDULE_ID,
    workflowType: TELL_ALERTS_WORKFLOW,
    workflowId: 'tell-alerts-scheduled',
    spec: { intervals: [{ every: '1 minute' }] },
    note: 'kept by the worker; sends alerts to those who are told',
  },
  {
    scheduleId: CHECK_SCHEDULE_ID,
    workflowType: CHECK_AUDIT_WORKFLOW,
    workflowId: 'check-audit-scheduled',
    spec: { intervals: [{ every: '1 day', offset: '4 hours' }] },
    note: 'kept by the worker; verifies the audit trail',
  },
];

/** Sees to it that our own schedules are there, never two of one kind at once. Left alone where they exist. */
export async function keepSchedules(client: Client, taskQueue: string): Promise<void> {
  // A second installation in the namespace has records and datasets of its own.
  const own = taskQueue === TASK_QUEUE ? '' : `-${taskQueue}`;
  for (const { scheduleId, workflowType, workflowId, spec, note } of KEPT) {
    try {
      await client.schedule.create({
        scheduleId: scheduleId + own,
        spec,
        policies: { overlap: 'SKIP', catchupWindow: '1 hour' },
        action: { type: 'startWorkflow', workflowType, workflowId: workflowId + own, taskQueue },
        state: { note },
      });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
  }
}
