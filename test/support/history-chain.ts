import type { Client, WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';

export interface RecordedHistory {
  readonly workflowId: string;
  readonly runId: string;
  /** As `temporal workflow show -o json` prints it. */
  readonly json: string;
  readonly events: readonly HistoryEvent[];
}

/** The little of an event that tests look at. */
export interface HistoryEvent {
  readonly eventType: string;
  readonly [attributes: string]: unknown;
}

/** Every execution of a run, from the first over all that it continued as. */
export async function historyChain(client: Client, workflowId: string, firstRunId: string): Promise<RecordedHistory[]> {
  const chain: RecordedHistory[] = [];
  for (let runId: string | undefined = firstRunId; runId !== undefined;) {
    const history: Awaited<ReturnType<WorkflowHandle['fetchHistory']>> = await client.workflow
      .getHandle(workflowId, runId)
      .fetchHistory();
    const json = historyToJSON(history);
    const { events } = JSON.parse(json) as { events: HistoryEvent[] };
    chain.push({ workflowId, runId, json, events });
    const last = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
    runId = last?.newExecutionRunId ?? undefined;
  }
  return chain;
}

/** Throws where the workflow code, as bundled, would not do today what it did then. */
export async function replay(
  workflowBundle: WorkflowBundleOption,
  histories: readonly RecordedHistory[],
): Promise<void> {
  for (const { json, workflowId } of histories) {
    await Worker.runReplayHistory({ workflowBundle }, JSON.parse(json) as object, workflowId);
  }
}
