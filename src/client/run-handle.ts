import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { POLL_NOW_SIGNAL, PROGRESS_QUERY } from '../contract/names.js';
import type { Progress } from '../contract/progress.js';
import type { AggregateResult } from '../contract/result.js';
import { toClientError } from './error.js';
import { summaryOf, type RunSummary } from './run-list.js';

/** One run. Every method rejects with `JourneyMetricsError`. */
export interface RunHandle {
  readonly workflowId: string;
  /** First run id of the chain; absent on a handle made from a workflow id alone. */
  readonly runId?: string;
  /** Waits for the end, however long; a failed run rejects with its typed failure. */
  result(): Promise<AggregateResult>;
  /** What it does now. Needs a worker; rejects with `TemporalUnavailable` when none answers in 10 s. */
  progress(): Promise<Progress>;
  /** Its state as Temporal lists it; needs no worker. */
  summary(): Promise<RunSummary>;
  /** Asks it to stop. It audits itself as cancelled, and then ends. */
  cancel(): Promise<void>;
  /** Ends the present wait for the source at once. */
  pollNow(): Promise<void>;
  /** The event history as plain JSON. */
  history(): Promise<{ readonly events: readonly unknown[] }>;
}

const QUERY_DEADLINE_MS = 10_000;

export function runHandle(client: Client, workflowId: string, runId?: string): RunHandle {
  const handle = client.workflow.getHandle(
    workflowId,
    undefined,
    runId === undefined ? {} : { firstExecutionRunId: runId },
  );
  const asked = async <T>(answer: () => Promise<T>): Promise<T> =>
    answer().catch((error: unknown) => Promise.reject(toClientError(error)));
  return {
    workflowId,
    ...(runId !== undefined && { runId }),
    result: () => asked(() => handle.result() as Promise<AggregateResult>),
    progress: () =>
      asked(async () => {
        const deadline = Date.now() + QUERY_DEADLINE_MS;
        const progress = await client.withDeadline(deadline, () => handle.query<Progress>(PROGRESS_QUERY));
        return { ...progress, ...heartbeatOf(await handle.describe()) };
      }),
    summary: () => asked(async () => summaryOf(await handle.describe())),
    cancel: () =>
      asked(async () => {
        await handle.cancel();
      }),
    pollNow: () => asked(() => handle.signal(POLL_NOW_SIGNAL)),
    history: () => asked(async () => JSON.parse(historyToJSON(await handle.fetchHistory())) as { events: unknown[] }),
  };
}

/** What a long step has got to by its last heartbeat: the workflow itself hears of it only when the step ends. */
function heartbeatOf({ raw }: WorkflowExecutionDescription): Partial<Progress> {
  for (const { heartbeatDetails } of raw.pendingActivities ?? []) {
    const data = heartbeatDetails?.payloads?.[0]?.data;
    const details: unknown = data ? JSON.parse(new TextDecoder().decode(data)) : undefined;
    if (typeof details === 'object' && details !== null) return details;
  }
  return {};
}
