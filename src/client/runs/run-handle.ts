import { setMaxListeners } from 'node:events';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import {
  AGGREGATE_WORKFLOW,
  BACKFILL_WORKFLOW,
  POLL_NOW_SIGNAL,
  PROGRESS_QUERY,
  REDELIVER_WORKFLOW,
} from '../../contract/names.js';
import type { Progress } from '../../contract/result/progress.js';
import type { AggregateResult } from '../../contract/result/result.js';
import { unlessAborted } from '../../async/abort.js';
import { asked, JourneyMetricsError } from '../error.js';
import { summaryOf, type RunSummary } from './run-list.js';

export interface CallOptions {
  /** Gives the call up, and rejects with the signal's reason. The run does not notice. */
  readonly signal?: AbortSignal;
}

/** One run. Every method rejects with {@link JourneyMetricsError}. */
export interface RunHandle {
  readonly workflowId: string;
  /** First run id of the chain; absent where the request had been answered already, and where only a workflow id was given. */
  readonly runId?: string;
  /** Waits for the end, however long; a failed run rejects with its typed failure. */
  result(options?: CallOptions): Promise<AggregateResult>;
  /** What it does now. Needs a worker; rejects with `TemporalUnavailable` when none answers in 10 s. */
  progress(options?: CallOptions): Promise<Progress>;
  /** Its state as Temporal lists it; needs no worker. */
  summary(): Promise<RunSummary>;
  /** Asks it to stop. It audits itself as cancelled, and then ends. Nothing comes of it where it has ended. */
  cancel(): Promise<void>;
  /** Ends the present wait for the source at once. `RunNotFound` where it has ended. */
  pollNow(): Promise<void>;
  /** The event history as plain JSON. */
  history(): Promise<{ readonly events: readonly unknown[] }>;
}

const WORKER_DEADLINE_MS = 10_000;

/** For what a worker has to answer: rejects when none does in time. */
export function withWorker<T>(client: Client, ask: () => Promise<T>): Promise<T> {
  return client.withDeadline(Date.now() + WORKER_DEADLINE_MS, ask);
}

/** Ends the calls to Temporal with the signal, not only the waiting for them. */
async function abortable<T>(client: Client, { signal }: CallOptions, ask: () => Promise<T>): Promise<T> {
  if (signal === undefined) return ask();
  signal.throwIfAborted();
  // The SDK takes no listener off again, and adds one for every call: they go with a signal of their own.
  const own = new AbortController();
  setMaxListeners(0, own.signal);
  const abort = (): void => {
    own.abort(signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await unlessAborted(client.withAbortSignal(own.signal, ask), signal);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

const RUN_TYPES = [AGGREGATE_WORKFLOW, REDELIVER_WORKFLOW];

export function runHandle(client: Client, workflowId: string, runId?: string): RunHandle {
  const handle = client.workflow.getHandle(
    workflowId,
    undefined,
    runId === undefined ? {} : { firstExecutionRunId: runId },
  );
  return {
    workflowId,
    ...(runId !== undefined && { runId }),
    result: (options = {}) =>
      asked(() => abortable(client, options, () => handle.result() as Promise<AggregateResult>)),
    progress: (options = {}) =>
      asked(() =>
        abortable(client, options, async () => {
          const progress = await withWorker(client, () => handle.query<Progress>(PROGRESS_QUERY));
          return { ...progress, ...heartbeatOf(await handle.describe()) };
        }),
      ),
    summary: () =>
      asked(async () => {
        const described = await handle.describe();
        if (RUN_TYPES.includes(described.type)) return summaryOf(described);
        const remedy =
          described.type === BACKFILL_WORKFLOW ? 'is a backfill, and no run: ask for it as one' : 'is no run';
        throw new JourneyMetricsError('RunNotFound', `${workflowId} ${remedy}`);
      }),
    cancel: () =>
      asked(async () => {
        await handle.cancel();
      }),
    pollNow: () =>
      asked(async () => {
        const { state } = summaryOf(await handle.describe());
        if (state === 'running') return handle.signal(POLL_NOW_SIGNAL);
        throw new JourneyMetricsError('RunNotFound', `${workflowId} is not under way any more: it is ${state}`);
      }),
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
