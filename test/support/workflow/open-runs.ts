import type { Client } from '@temporalio/client';

/** A line for each run on a task queue that has not ended: what it is, and which activities it waits for. */
export async function openRuns(client: Client, taskQueue: string): Promise<readonly string[]> {
  const lines: string[] = [];
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) lines.push(await openRun(client, workflowId));
  return lines;
}

/** The same for one run. */
export async function openRun(client: Client, workflowId: string): Promise<string> {
  const { type, status, raw } = await client.workflow.getHandle(workflowId).describe();
  const waits = (raw.pendingActivities ?? []).map(({ activityType, attempt, lastFailure }) => {
    const last = lastFailure?.message == null ? '' : `, last failure: ${lastFailure.message}`;
    return `${activityType?.name ?? 'an activity'} (attempt ${attempt ?? 1}${last})`;
  });
  return `${type} ${workflowId} (${status.name}): ${waits.join(', ') || 'no activity, so a timer or a message'}`;
}
