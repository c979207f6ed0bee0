import type { Client } from '@temporalio/client';
import { NOTE_SCHEDULES_WORKFLOW, type ScheduleNote } from '../../contract/values/names.js';

/** Has a worker note in the records what became of a schedule: durable as soon as Temporal has it. */
export async function noteSchedule(client: Client, taskQueue: string, note: ScheduleNote): Promise<void> {
  const [verb, id] = note.retired === undefined ? ['note', note.changed] : ['retire', note.retired];
  await client.workflow.start(NOTE_SCHEDULES_WORKFLOW, {
    workflowId: `${verb}-schedule-${id ?? ''}-${taskQueue}`,
    taskQueue,
    args: [note],
    // What changed since the one under way began is to be noted, too.
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
  });
}
