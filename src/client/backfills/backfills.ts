import type { BackfillOutcome } from '../../contract/closed-sets.js';
import type { BackfillRequest } from '../../contract/request/backfill.js';
import { BACKFILL_WORKFLOW } from '../../contract/values/names.js';
import { backfillHandle, type BackfillHandle, type BackfillSummary } from './backfill-handle.js';
import { withClientErrors } from '../error.js';
import { forecastOf, recentRunsMs, type BackfillForecast } from './forecast.js';
import { resolveBackfill } from './resolve-backfill.js';
import type { RequestDefaults } from '../runs/resolve-request.js';
import { retryBackfill } from './retry-backfill.js';
import { listRuns, visibilityOf } from '../runs/run-list.js';
import { startOrAttach, type StartOptions, type StartTarget } from '../runs/start-workflow.js';

/** Many windows by one request. Every method rejects with `JourneyMetricsError`. */
export interface Backfills {
  /**
   * Starts a backfill, or attaches to the one that this very request has already: under way or answered.
   * One that failed or was cancelled is run again. Rejects with `InvalidRequest` before anything is started.
   */
  start(request: BackfillRequest, options?: StartOptions): Promise<BackfillHandle>;
  /** What `start` would do; starts nothing and asks the source nothing. Rejects with `InvalidRequest`. */
  forecast(request: BackfillRequest): Promise<BackfillForecast>;
  /** A backfill by its workflow id. Contacts nobody. */
  get(workflowId: string): BackfillHandle;
  /** Backfills that Temporal still keeps, newest first; 50 of all organisations unless said otherwise. */
  list(options?: { readonly limit?: number; readonly orgs?: readonly string[] }): Promise<readonly BackfillSummary[]>;
  /**
   * Runs what of a backfill failed or was left, as a backfill of its own: `<id>-retry`, then `-retry-2`, … Attaches to the
   * one under way. Rejects with `BackfillNotFound`, `BackfillRunning`, `NothingToRetry`.
   */
  retry(workflowId: string): Promise<BackfillHandle>;
}

export function createBackfills(target: StartTarget, defaults: RequestDefaults, now: () => number): Backfills {
  const { client, taskQueue } = target;
  return {
    start: (request, options) =>
      withClientErrors(async () => {
        const { workflowId, runId } = await startOrAttach(target, resolveBackfill(request, defaults, now()), options);
        return backfillHandle(client, workflowId, runId);
      }),
    forecast: (request) =>
      withClientErrors(async () => {
        const backfill = resolveBackfill(request, defaults, now());
        return forecastOf(backfill, await recentRunsMs(client, taskQueue, backfill.org));
      }),
    get: (workflowId) => backfillHandle(client, workflowId),
    list: ({ limit = 50, orgs } = {}) =>
      withClientErrors(async () => {
        if (orgs?.length === 0) return [];
        const also = visibilityOf({ ...(orgs && { orgs }) });
        const ours = { workflowType: BACKFILL_WORKFLOW, taskQueue, ...(also !== undefined && { also }) };
        return listRuns<BackfillOutcome>(client, ours, limit);
      }),
    retry: (workflowId) => withClientErrors(() => retryBackfill(target, defaults, now(), workflowId)),
  };
}
