/** The product for other services: typed, idempotent, without any workflow code. No effect on import. */
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { createBackfills, type Backfills } from './client/backfills/backfills.js';
import { withClientErrors } from './client/error.js';
import { resolveRequest } from './client/runs/resolve-request.js';
import { runHandle, type RunHandle } from './client/runs/run-handle.js';
import { listRuns, visibilityOf, type RunFilter } from './client/runs/run-list.js';
import { createSchedules, type Schedules } from './client/schedules/schedules.js';
import { startRedelivery, type RedeliveryOptions } from './client/runs/start-redelivery.js';
import { startOrAttach, type StartOptions, userName } from './client/runs/start-workflow.js';
import {
  AGGREGATE_WORKFLOW,
  RECONCILE_WORKFLOW,
  REDELIVER_WORKFLOW,
  REQUESTER_MEMO,
  TASK_QUEUE,
} from './contract/values/names.js';
import { redeliveryIdOf } from './contract/values/ids.js';
import type { AggregateRequest } from './contract/request/request.js';
import type { RunSummary } from './contract/result/run-description.js';
import type { ReconcileResult, RedeliverRequest, RedeliverResult } from './contract/result/result.js';

export type { BackfillDescription, BackfillHandle, BackfillSummary } from './client/backfills/backfill-handle.js';
export type { Backfills } from './client/backfills/backfills.js';
export { JourneyMetricsError, type ClientErrorType } from './client/error.js';
export type { BackfillForecast } from './client/backfills/forecast.js';
export type { CallOptions, RunHandle } from './client/runs/run-handle.js';
export type { RunEvents } from './client/runs/run-events.js';
export type { RunFilter } from './client/runs/run-list.js';
export type { ScheduleChange, ScheduleDefinition, ScheduleInput } from './client/schedules/schedule-definition.js';
export type { ScheduleDescription, ScheduleWithRuns } from './client/schedules/schedule-description.js';
export type { ScheduleDifference, ScheduleFile } from './client/schedules/schedule-file.js';
export type { Schedules } from './client/schedules/schedules.js';
export type { RedeliveryOptions } from './client/runs/start-redelivery.js';
export type { StartOptions } from './client/runs/start-workflow.js';
export type { BackfillProgress, BackfillResult, SliceFailure } from './contract/result/backfill-result.js';
export type { BackfillRequest } from './contract/request/backfill.js';
export type { RunState } from './contract/closed-sets.js';
export type { RunDescription, RunSummary } from './contract/result/run-description.js';
export type { Progress } from './contract/result/progress.js';
export type { AggregateRequest } from './contract/request/request.js';
export type { AggregateResult, ReconcileResult, RedeliverRequest, RedeliverResult } from './contract/result/result.js';

export interface ClientOptions {
  /** Temporal: address, TLS, API key. Default: localhost:7233. */
  readonly connection?: ConnectionOptions;
  readonly namespace?: string;
  readonly taskQueue?: string;
  /** How payloads are written and read, codecs included: the same as the worker's. */
  readonly dataConverter?: DataConverter;
  /** Organisation of requests that name none. */
  readonly org?: string;
  /** Destination of requests that name none; must be the worker's default. */
  readonly destination?: string;
  /** Who asks: ends up in the audit entry. Default: the user of this process. */
  readonly requester?: string;
  /** Milliseconds since the epoch; relative windows count from it. */
  readonly now?: () => number;
}

export interface JourneyMetricsClient {
  /**
   * Starts a run, or attaches to the one that this very request has already: under way or answered.
   * A failed one is run again. Rejects with `InvalidRequest` before anything is started.
   */
  start(request: AggregateRequest, options?: StartOptions): Promise<RunHandle>;
  /** A run by its ids. Contacts nobody. */
  run(workflowId: string, runId?: string): RunHandle;
  /** Runs that Temporal still keeps, newest first; 50 unless said otherwise. */
  list(options?: RunFilter & { readonly limit?: number }): Promise<readonly RunSummary[]>;
  /** Delivers a payload again, under the same ids; waits for the end. Rejects with `DeliveryNotFound`, `DeliverySuperseded`. */
  redeliver(request: RedeliverRequest): Promise<RedeliverResult>;
  /** The same without waiting: what it does, and what came of it, is asked for as of a run. */
  startRedelivery(
    request: RedeliverRequest,
    options?: RedeliveryOptions,
  ): Promise<{ readonly workflowId: string; readonly runId: string }>;
  /** Audits what was ended from outside, now instead of on its schedule. */
  reconcile(): Promise<ReconcileResult>;
  /** One request for many windows. */
  readonly backfills: Backfills;
  /** Windows that are read again and again. */
  readonly schedules: Schedules;
  close(): Promise<void>;
}

const THIS_MACHINE = /^(?:dns:\/{0,3})?(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** gRPC would ask the proxy in `https_proxy` for this machine, too. */
function withoutProxyToHere(connection: ConnectionOptions = {}): ConnectionOptions {
  const { address = 'localhost', channelArgs } = connection;
  return THIS_MACHINE.test(address)
    ? { ...connection, channelArgs: { 'grpc.enable_http_proxy': 0, ...channelArgs } }
    : connection;
}

/** Connects lazily: the first call that needs Temporal finds out whether it is there. */
export function createJourneyMetricsClient(options: ClientOptions = {}): JourneyMetricsClient {
  const { namespace = 'default', taskQueue = TASK_QUEUE, destination = 'bi', now = Date.now } = options;
  const connection = Connection.lazy({ connectTimeout: '10 seconds', ...withoutProxyToHere(options.connection) });
  const { dataConverter } = options;
  const client = new Client({ connection, namespace, ...(dataConverter && { dataConverter }) });
  const requester = options.requester ?? userName();
  const memo = { [REQUESTER_MEMO]: requester };
  const target = { client, taskQueue, memo };
  const defaults = { org: options.org, destination };

  const start = async (request: AggregateRequest, startOptions?: StartOptions): Promise<RunHandle> => {
    const { workflowId, runId } = await startOrAttach(target, resolveRequest(request, defaults, now()), startOptions);
    return runHandle(client, workflowId, runId);
  };

  const execute = async <T>(workflow: string, workflowId: string, ...args: readonly unknown[]): Promise<T> => {
    const start = { workflowId, taskQueue, memo, args: [...args], workflowIdConflictPolicy: 'USE_EXISTING' } as const;
    return (await client.workflow.execute(workflow, start)) as T;
  };

  return {
    start: (request, startOptions) => withClientErrors(() => start(request, startOptions)),
    run: (workflowId, runId) => runHandle(client, workflowId, runId),
    list: ({ limit = 50, ...filter } = {}) =>
      withClientErrors(async () => {
        if (filter.orgs?.length === 0 || limit < 1) return [];
        const also = visibilityOf(filter);
        const ours = { workflowType: AGGREGATE_WORKFLOW, taskQueue, ...(also !== undefined && { also }) };
        return listRuns(client, ours, limit, filter);
      }),
    redeliver: (request) =>
      withClientErrors(() => execute<RedeliverResult>(REDELIVER_WORKFLOW, redeliveryIdOf(request), request)),
    startRedelivery: (request, redelivery) => withClientErrors(() => startRedelivery(target, request, redelivery)),
    reconcile: () => withClientErrors(() => execute<ReconcileResult>(RECONCILE_WORKFLOW, 'reconcile-audit')),
    backfills: createBackfills(target, defaults, now),
    schedules: createSchedules({ client, taskQueue, requester }, defaults, now),
    close: () => connection.close(),
  };
}
