import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { unlessAborted } from '../../src/async/abort.js';
import {
  JourneyMetricsError,
  type ClientErrorType,
  type JourneyMetricsClient,
  type RunHandle,
} from '../../src/client.js';
import { toClientError } from '../../src/client/error.js';
import { resolveRequest } from '../../src/client/runs/resolve-request.js';
import type { Evidence } from './evidence.js';
import type { PlannedRun } from './plan.js';

const RETRY_MS = 500;

/** What a caller was told in the end: `completed`, or the type of the failure. */
export type Told = string;

/** A service that uses the product as it should: it tries again while Temporal is away, and comes back for results. */
export interface Service {
  /** Has it started when it resolves: a start whose answer was lost is asked about, and asked for again. */
  start(planned: PlannedRun): Promise<RunHandle>;
  /** Cancels or terminates it, as planned, unless it was over before. */
  interrupt(planned: PlannedRun, run: RunHandle): Promise<void>;
  /** Waits for its end, however often that is interrupted. */
  result(run: RunHandle): Promise<Told>;
  /** Whatever it is, again and again until Temporal answers. */
  insist<T>(call: () => Promise<T>): Promise<T>;
}

interface WorkerHooks {
  readonly client: JourneyMetricsClient;
  /** For what the product's client cannot do: ending a run behind the product's back. */
  readonly temporal: Client;
  readonly org: string;
  readonly evidence: Evidence;
  /** Ends every waiting. */
  readonly signal: AbortSignal;
}

export function createService(around: WorkerHooks): Service {
  const { signal } = around;
  const insist: Service['insist'] = async (call) => {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await call();
      } catch (error) {
        if (!is(error, 'TemporalUnavailable')) throw error;
        await sleep(RETRY_MS, undefined, { signal });
      }
    }
  };
  return {
    insist,
    start: (planned) => start(around, insist, planned),
    interrupt: async (planned, run) => {
      if (planned.interrupt === undefined) return;
      await sleep(planned.interrupt.afterMs, undefined, { signal });
      if (planned.interrupt.kind === 'cancel') await cancel(around, insist, run);
      else await terminate(around, insist, run);
    },
    result: async (run) => {
      try {
        return (
          await unlessAborted(
            insist(() => run.result()),
            signal,
          )
        ).outcome;
      } catch (error) {
        if (error instanceof JourneyMetricsError) return error.type;
        throw error;
      }
    },
  };
}

type Insist = Service['insist'];

async function start({ client, org, evidence }: WorkerHooks, insist: Insist, planned: PlannedRun): Promise<RunHandle> {
  const { request, againOf, expect } = planned;
  const again = againOf !== undefined;
  const workflowId = resolveRequest(request, { org, destination: 'bi' }, Date.now()).workflowId(again ? 2 : 1);
  // Before the product hears of it: a start is on record even if its answer is lost.
  evidence.note({ event: 'requested', workflowId, request, expect });
  const known = client.run(workflowId);
  let asked = false;
  return insist(async () => {
    if (asked && (await exists(known))) return known;
    asked = true;
    const started = await client.start(request, { again });
    if (started.workflowId !== workflowId) throw new Error(`${workflowId} was started as ${started.workflowId}`);
    return started;
  });
}

async function exists(run: RunHandle): Promise<boolean> {
  try {
    await run.summary();
    return true;
  } catch (error) {
    if (is(error, 'RunNotFound')) return false;
    throw error;
  }
}

async function cancel({ evidence }: WorkerHooks, insist: Insist, run: RunHandle): Promise<void> {
  evidence.note({ event: 'cancel-asked', workflowId: run.workflowId });
  await insist(() => run.cancel()).catch(unlessOver);
}

/** Behind the product's back. It is on record once Temporal has acknowledged it. */
async function terminate({ temporal, evidence }: WorkerHooks, insist: Insist, run: RunHandle): Promise<void> {
  const { workflowId } = run;
  const ask = (): Promise<unknown> =>
    temporal.workflow
      .getHandle(workflowId)
      .terminate('chaos')
      .catch((error: unknown) => Promise.reject(toClientError(error)));
  await insist(ask).catch(unlessOver);
  const { state } = await insist(() => run.summary());
  if (state === 'terminated') evidence.note({ event: 'terminated', workflowId });
}

/** It had ended when the operator came. */
function unlessOver(error: unknown): void {
  if (!is(error, 'RunNotFound')) throw error;
}

function is(error: unknown, type: ClientErrorType): boolean {
  return error instanceof JourneyMetricsError && error.type === type;
}
