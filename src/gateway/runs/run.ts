import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { JourneyMetricsError, type JourneyMetricsClient, type RunHandle, type RunSummary } from '../../client.js';
import type { AggregateResult } from '../../contract/result/result.js';
import { maySee, type Principal } from '../../keys/principal.js';
import { GatewayProblem, runNotFound } from '../http/problem.js';

/** Where a run is asked for. Ids are chosen by users: any character may be in them. */
export function runAddress(workflowId: string): string {
  return `/runs/${encodeURIComponent(workflowId)}`;
}

/** The answer that a run is under way, and where. */
export function acceptRun(
  reply: FastifyReply,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): FastifyReply {
  return reply.code(202).header('location', runAddress(workflowId)).send({ workflowId, runId });
}

export interface FoundRun {
  readonly run: RunHandle;
  readonly summary: RunSummary;
}

/** A run that the principal may see. Another organisation's is answered as if there were none. */
export async function findRun(
  client: Pick<JourneyMetricsClient, 'run'>,
  principal: Principal,
  workflowId: string,
): Promise<FoundRun> {
  const run = client.run(workflowId);
  const summary = await run.summary().catch((error: unknown) => {
    throw isNotFound(error) ? runNotFound(workflowId) : error;
  });
  if (!maySee(principal, summary.org)) throw runNotFound(workflowId);
  return { run, summary };
}

/** Tells a run something, which one that has ended hears no more. */
export async function tellRun({ run, summary }: FoundRun, message: 'cancel' | 'pollNow'): Promise<void> {
  if (summary.state !== 'running') throw hasEnded(summary);
  await run[message]().catch((error: unknown) => {
    // It was there when it was looked for.
    throw isNotFound(error) ? hasEnded(summary) : error;
  });
}

function hasEnded({ workflowId }: RunSummary): GatewayProblem {
  return new GatewayProblem('RunHasEnded', 'the run is no longer active', { workflowId });
}

function isNotFound(error: unknown): boolean {
  return error instanceof JourneyMetricsError && error.type === 'RunNotFound';
}

const RETRY_MS = 1_000;

/**
 * The result of a run; undefined once the signal has aborted: the run goes on. While Temporal is away it waits on.
 * Rejects with the typed failure of a run that failed.
 */
export async function resultUnlessAborted(
  run: Pick<RunHandle, 'result'>,
  signal: AbortSignal,
): Promise<AggregateResult | undefined> {
  const away = (error: unknown): undefined => {
    if (signal.aborted || (error instanceof JourneyMetricsError && error.type === 'TemporalUnavailable')) return;
    throw error;
  };
  while (!signal.aborted) {
    const result = await run.result({ signal }).catch(away);
    if (result !== undefined) return result;
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
