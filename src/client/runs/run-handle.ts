import { setMaxListeners } from 'node:events';
import { WorkflowNotFoundError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import { historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';
import {
  AGGREGATE_WORKFLOW,
  BACKFILL_WORKFLOW,
  POLL_NOW_SIGNAL,
  PROGRESS_QUERY,
  REDELIVER_WORKFLOW,
} from '../../contract/values/names.js';
import type { Progress } from '../../contract/result/progress.js';
import type { AggregateResult } from '../../contract/result/result.js';
import { unlessAborted } from '../../async/abort.js';
import type { RunDescription, RunSummary } from '../../contract/result/run-description.js';
import { withClientErrors, JourneyMetricsError } from '../error.js';
import { decodeHistory, readingAnyMemo, readPayloads } from '../payloads.js';
import { describe } from './describe.js';
import { executionBefore, readEvents, type RunEvents } from './run-events.js';
import { summaryOf } from './run-list.js';

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
  /** All that there is to say of it: its progress while it runs, else its result, or why it has none. */
  describe(options?: CallOptions): Promise<RunDescription>;
  /** Asks it to stop. It audits itself as cancelled, and then ends. Nothing comes of it where it has ended. */
  cancel(): Promise<void>;
  /** Ends the present wait for the source at once. `RunNotFound` where it has ended. */
  pollNow(): Promise<void>;
  /** What happened, step by step, over its whole chain of executions, with what each step was called with and answered. */
  events(): Promise<RunEvents>;
  /** The event history as Temporal's own JSON, without any payload codec. */
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
  const chain = runId === undefined ? {} : { firstExecutionRunId: runId };
  const handle = client.workflow.getHandle(workflowId, undefined, chain);
  const described = (): Promise<WorkflowExecutionDescription> =>
    readingAnyMemo(client).workflow.getHandle(workflowId, undefined, chain).describe();
  const readHistory = async (): Promise<History> =>
    decodeHistory(await handle.fetchHistory(), client.options.loadedDataConverter);
  const run: RunHandle = {
    workflowId,
    ...(runId !== undefined && { runId }),
    result: (options = {}) =>
      withClientErrors(() => abortable(client, options, () => handle.result() as Promise<AggregateResult>)),
    progress: (options = {}) =>
      withClientErrors(() =>
        abortable(client, options, async () => {
          const progress = await withWorker(client, () => handle.query<Progress>(PROGRESS_QUERY));
          return { ...progress, ...(await readHeartbeat(client, await described())) };
        }),
      ),
    summary: () =>
      withClientErrors(async () => {
        const found = await described();
        if (RUN_TYPES.includes(found.type)) return summaryOf(found);
        const remedy = found.type === BACKFILL_WORKFLOW ? 'is a backfill, not a run' : 'is not a run';
        throw new JourneyMetricsError('RunNotFound', `${workflowId} ${remedy}`);
      }),
    describe: (options) => describe(run, options),
    cancel: () =>
      withClientErrors(async () => {
        await handle.cancel();
      }),
    pollNow: () =>
      withClientErrors(async () => {
        const { state } = summaryOf(await described());
        if (state === 'running') return handle.signal(POLL_NOW_SIGNAL);
        throw new JourneyMetricsError('RunNotFound', `${workflowId} is no longer active: it is ${state}`);
      }),
    events: () =>
      withClientErrors(async () =>
        readEvents(
          await chainOf(client, workflowId, await readHistory()),
          client.options.loadedDataConverter.payloadConverter,
        ),
      ),
    history: () =>
      withClientErrors(async () => JSON.parse(historyToJSON(await readHistory())) as { events: unknown[] }),
  };
  return run;
}

/** Executions of a run whose histories are read: of more, the last. */
const EXECUTIONS_MOST = 20;

/** The history, and those of the executions that it goes on from, oldest first. Temporal may have forgotten some. */
async function chainOf(client: Client, workflowId: string, last: History): Promise<readonly History[]> {
  const chain = [last];
  for (let runId = executionBefore(last); runId !== undefined && chain.length < EXECUTIONS_MOST;) {
    const found = await client.workflow
      .getHandle(workflowId, runId)
      .fetchHistory()
      .catch((error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      });
    if (found === undefined) break;
    const history = await decodeHistory(found, client.options.loadedDataConverter);
    chain.unshift(history);
    runId = executionBefore(history);
  }
  return chain;
}

/** What a long step has got to by its last heartbeat: the workflow itself hears of it only when the step ends. */
async function readHeartbeat(client: Client, { raw }: WorkflowExecutionDescription): Promise<Partial<Progress>> {
  for (const { heartbeatDetails } of raw.pendingActivities ?? []) {
    const [details] = await readPayloads(client, heartbeatDetails?.payloads);
    if (typeof details === 'object' && details !== null) return details;
  }
  return {};
}
