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
  readonly workflowExecutionStartedEventAttributes?: {
    readonly workflowType: { readonly name: string };
    readonly input?: { readonly payloads: readonly { readonly data: string }[] };
    readonly parentWorkflowExecution?: { readonly workflowId: string };
  };
  readonly childWorkflowExecutionStartedEventAttributes?: {
    readonly workflowExecution: { readonly workflowId: string; readonly runId: string };
  };
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

/** A run and the runs that it started as its children. */
export async function familyHistories(
  client: Client,
  workflowId: string,
  firstRunId: string,
): Promise<RecordedHistory[]> {
  const family = await historyChain(client, workflowId, firstRunId);
  for (const { childWorkflowExecutionStartedEventAttributes: child } of family.flatMap(({ events }) => events)) {
    if (child === undefined) continue;
    family.push(...(await familyHistories(client, child.workflowExecution.workflowId, child.workflowExecution.runId)));
  }
  return family;
}

/** Whether another run started it. */
export function isChild({ events: [started] }: RecordedHistory): boolean {
  return started?.workflowExecutionStartedEventAttributes?.parentWorkflowExecution !== undefined;
}

/** Arguments of the workflow. */
export function argumentsOf({ events: [started] }: RecordedHistory): unknown[] {
  const payloads = started?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return payloads.map(({ data }) => JSON.parse(Buffer.from(data, 'base64').toString()) as unknown);
}

/** Throws where the workflow code, as bundled, would not do today what it did then. */
export async function replay(
  workflowBundle: WorkflowBundleOption,
  histories: readonly RecordedHistory[],
): Promise<void> {
  if (histories.length === 0) return;
  const parsed = histories.map(({ json, workflowId }) => ({ workflowId, history: JSON.parse(json) as object }));
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, parsed)) {
    if (error) throw error;
  }
}

/** Events that scheduled an activity of this name, in order. */
export function scheduledActivities(history: RecordedHistory | undefined, name: string): readonly HistoryEvent[] {
  const typed = (event: HistoryEvent): string | undefined =>
    event.activityTaskScheduledEventAttributes?.activityType.name;
  return (history?.events ?? []).filter((event) => typed(event) === name);
}
