import type { Client } from '@temporalio/client';
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
  /** ISO 8601 in UTC. */
  readonly eventTime: string;
  readonly activityTaskScheduledEventAttributes?: { readonly activityType: { readonly name: string } };
  readonly workflowExecutionStartedEventAttributes?: { readonly workflowType: { readonly name: string } };
  readonly markerRecordedEventAttributes?: {
    readonly details: Readonly<Record<string, { readonly payloads: readonly { readonly data: string }[] }>>;
  };
  readonly timerStartedEventAttributes?: { readonly startToFireTimeout: string };
  readonly workflowExecutionContinuedAsNewEventAttributes?: { readonly newExecutionRunId: string };
  readonly [attributes: string]: unknown;
}

/** One execution. */
export async function recordedHistory(client: Client, workflowId: string, runId: string): Promise<RecordedHistory> {
  const json = historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory());
  const { events } = JSON.parse(json) as { events: HistoryEvent[] };
  return { workflowId, runId, json, events };
}

/** Every execution of a run, from the first over all that it continued as. */
export async function historyChain(client: Client, workflowId: string, firstRunId: string): Promise<RecordedHistory[]> {
  const chain: RecordedHistory[] = [];
  for (let runId = firstRunId; runId !== '';) {
    const execution = await recordedHistory(client, workflowId, runId);
    chain.push(execution);
    runId = execution.events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? '';
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

/** Events that scheduled an activity of this name, in order. */
export function scheduledActivities(history: RecordedHistory | undefined, name: string): readonly HistoryEvent[] {
  const typed = (event: HistoryEvent): string | undefined =>
    event.activityTaskScheduledEventAttributes?.activityType.name;
  return (history?.events ?? []).filter((event) => typed(event) === name);
}
