import type { Client } from '@temporalio/client';
import type { BackfillRequest, TimeRange } from '../../contract/request/backfill.js';
import type { BackfillResult } from '../../contract/result/backfill-result.js';
import { retryIdOf } from '../../contract/values/ids.js';
import { backfillHandle, describeBackfill, type BackfillHandle } from './backfill-handle.js';
import { JourneyMetricsError } from '../error.js';
import { readPayloads } from '../payloads.js';
import { resolveBackfill } from './resolve-backfill.js';
import type { RequestDefaults } from '../runs/resolve-request.js';
import { startOrAttach, type StartTarget } from '../runs/start-workflow.js';

/**
 * Runs what of a backfill did not reach BI, and nothing else, as a backfill of its own: `…-retry`. One that is under way
 * is attached to; what one that has ended left over is run by the next, `…-retry-2`.
 */
export async function retryBackfill(
  target: StartTarget,
  defaults: RequestDefaults,
  nowMs: number,
  workflowId: string,
): Promise<BackfillHandle> {
  const { client } = target;
  let ended = await requireEnded(client, workflowId);
  for (;;) {
    const id = retryIdOf(ended);
    const state = await stateOf(client, id);
    if (state === 'RUNNING') return backfillHandle(client, id);
    if (state !== 'COMPLETED') break;
    ended = id;
  }
  const result = await backfillHandle(client, ended).result();
  const request = retryRequestOf(await requestOf(client, ended), result);
  const resolved = resolveBackfill(request, defaults, nowMs);
  const startable = { ...resolved, workflowId: () => retryIdOf(ended) };
  const { workflowId: id, runId } = await startOrAttach(target, startable);
  return backfillHandle(client, id, runId);
}

/** The same request, for the slices that failed and those that were left. Throws `NothingToRetry`. */
export function retryRequestOf(
  { from, to, slices, lookback, window, ...same }: BackfillRequest,
  { workflowId, timeZone, failures, left }: BackfillResult,
): BackfillRequest {
  const open: TimeRange[] = [...failures, ...left.slices].map((slice) => ({ from: slice.from, to: slice.to }));
  if (open.length === 0 && left.range === undefined) {
    throw new JourneyMetricsError(
      'NothingToRetry',
      `every slice of ${workflowId} was delivered: there is nothing to retry`,
    );
  }
  return {
    ...same,
    timeZone,
    ...(window?.settle !== undefined && { window: { settle: window.settle } }),
    ...(open.length > 0 && { slices: open }),
    ...left.range,
  };
}

async function requireEnded(client: Client, workflowId: string): Promise<string> {
  const { status } = await describeBackfill(client, workflowId);
  if (status.name === 'COMPLETED') return workflowId;
  if (status.name === 'RUNNING') {
    throw new JourneyMetricsError('BackfillRunning', `${workflowId} is still active: retry after it has ended`);
  }
  const remedy = 'start it again with its request: delivered windows are found unchanged';
  throw new JourneyMetricsError('NothingToRetry', `${workflowId} has no result; ${remedy}`);
}

async function stateOf(client: Client, workflowId: string): Promise<string | undefined> {
  try {
    return (await describeBackfill(client, workflowId)).status.name;
  } catch (error) {
    if (error instanceof JourneyMetricsError && error.type === 'BackfillNotFound') return undefined;
    throw error;
  }
}

/** The request of a backfill, from its history: no matter who started it, it is there. */
async function requestOf(client: Client, workflowId: string): Promise<BackfillRequest> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  const { input } = history?.events?.[0]?.workflowExecutionStartedEventAttributes ?? {};
  const [request] = await readPayloads(client, input?.payloads);
  if (request === undefined) throw new JourneyMetricsError('BackfillNotFound', `the history of ${workflowId} is gone`);
  // The first argument of every backfill: its plan has checked it.
  return request as BackfillRequest;
}
