/** The product for other services: typed, idempotent, without any workflow code. No effect on import. */
import {
  Client,
  Connection,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type ConnectionOptions,
} from '@temporalio/client';
import { toClientError } from './client/error.js';
import { resolveRequest, type ResolvedRequest } from './client/resolve-request.js';
import { runHandle, type RunHandle } from './client/run-handle.js';
import { listRuns, type RunSummary } from './client/run-list.js';
import {
  AGGREGATE_WORKFLOW,
  RECONCILE_WORKFLOW,
  REDELIVER_WORKFLOW,
  REQUESTER_MEMO,
  TASK_QUEUE,
} from './contract/names.js';
import { CXONE_ORG, JOURNEY_WINDOW_START } from './contract/search-attributes.js';
import { userName } from './client/user-name.js';
import { redeliveryIdOf } from './contract/ids.js';
import type { AggregateRequest } from './contract/request.js';
import type { ReconcileResult, RedeliverRequest, RedeliverResult } from './contract/result.js';

export { JourneyMetricsError, type ClientErrorType } from './client/error.js';
export type { RunHandle } from './client/run-handle.js';
export type { RunState, RunSummary } from './client/run-list.js';
export type { Progress } from './contract/progress.js';
export type { AggregateRequest } from './contract/request.js';
export type { AggregateResult, ReconcileResult, RedeliverRequest, RedeliverResult } from './contract/result.js';

export interface ClientOptions {
  /** Temporal: address, TLS, API key. Default: localhost:7233. */
  readonly connection?: ConnectionOptions;
  readonly namespace?: string;
  readonly taskQueue?: string;
  /** Organisation of requests that name none. */
  readonly org?: string;
  /** Destination of requests that name none; must be the worker's default. */
  readonly destination?: string;
  /** Who asks: ends up in the audit entry. Default: the user of this process. */
  readonly requester?: string;
  /** Milliseconds since the epoch; relative windows count from it. */
  readonly now?: () => number;
}

export interface StartOptions {
  /** Read the source anew although this request has been answered: the run's id gets `-2`, `-3`, … */
  readonly again?: boolean;
}

export interface JourneyMetricsClient {
  /**
   * Starts a run, or attaches to the one that this very request has already: under way or answered.
   * A failed one is run anew. Rejects with `InvalidRequest` before anything is started.
   */
  start(request: AggregateRequest, options?: StartOptions): Promise<RunHandle>;
  /** A run by its ids. Contacts nobody. */
  run(workflowId: string, runId?: string): RunHandle;
  /** Runs that Temporal still keeps, newest first; 50 unless said otherwise. */
  list(options?: { readonly limit?: number }): Promise<readonly RunSummary[]>;
  /** Delivers a payload again, under the same ids; waits for the end. Rejects with `DeliveryNotFound`, `DeliverySuperseded`. */
  redeliver(request: RedeliverRequest): Promise<RedeliverResult>;
  /** Audits what was ended from outside, now instead of on its schedule. */
  reconcile(): Promise<ReconcileResult>;
  close(): Promise<void>;
}

/** Connects lazily: the first call that needs Temporal finds out whether it is there. */
export function createJourneyMetricsClient(options: ClientOptions = {}): JourneyMetricsClient {
  const { namespace = 'default', taskQueue = TASK_QUEUE, destination = 'bi', now = Date.now } = options;
  const connection = Connection.lazy({ connectTimeout: '10 seconds', ...options.connection });
  const client = new Client({ connection, namespace });
  const memo = { [REQUESTER_MEMO]: options.requester ?? userName() };
  const asked = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => Promise.reject(toClientError(error)));

  const attach = async ({ request, summary, org, window }: ResolvedRequest, workflowId: string): Promise<RunHandle> => {
    try {
      const started = await client.workflow.start(AGGREGATE_WORKFLOW, {
        workflowId,
        taskQueue,
        memo,
        args: [request],
        staticSummary: summary,
        typedSearchAttributes: [
          { key: CXONE_ORG, value: org },
          { key: JOURNEY_WINDOW_START, value: new Date(window.from) },
        ],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      });
      return runHandle(client, workflowId, started.firstExecutionRunId);
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return runHandle(client, workflowId);
      throw error;
    }
  };

  const start = async (resolved: ResolvedRequest, again: boolean): Promise<RunHandle> => {
    let number = 1;
    while (again && (await exists(client, resolved.workflowId(number)))) number += 1;
    return attach(resolved, resolved.workflowId(number));
  };

  const execute = async <T>(workflow: string, workflowId: string, ...args: readonly unknown[]): Promise<T> => {
    const start = { workflowId, taskQueue, memo, args: [...args], workflowIdConflictPolicy: 'USE_EXISTING' } as const;
    return (await client.workflow.execute(workflow, start)) as T;
  };

  return {
    start: async (request, { again = false } = {}) =>
      asked(start(resolveRequest(request, { org: options.org, destination }, now()), again)),
    run: (workflowId, runId) => runHandle(client, workflowId, runId),
    list: ({ limit = 50 } = {}) => asked(listRuns(client, taskQueue, limit)),
    redeliver: (request) => asked(execute<RedeliverResult>(REDELIVER_WORKFLOW, redeliveryIdOf(request), request)),
    reconcile: () => asked(execute<ReconcileResult>(RECONCILE_WORKFLOW, 'reconcile-audit')),
    close: () => connection.close(),
  };
}

async function exists(client: Client, workflowId: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId).describe();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
