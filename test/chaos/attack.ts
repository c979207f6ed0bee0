import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { unlessAborted } from '../../src/async/abort.js';
import type { JourneyMetricsClient } from '../../src/client.js';
import type { Evidence } from './evidence.js';
import { startKilling, type Killing, type Pids } from './killing.js';
import type { ChaosOptions } from './options.js';
import { makePlan, type Target } from './plan.js';
import { startRuns, type Finding, type Runs } from './runs.js';
import { createService } from './service.js';

/** What was done, and what its callers saw of it. */
export interface Attacked {
  readonly runs: number;
  readonly ends: Readonly<Record<string, number>>;
  readonly kills: Readonly<Record<Target, number>>;
  readonly findings: readonly Finding[];
}

/**
 * How long no run may end before those under way are given up: the auditor finds them. Longer than the five to six minutes
 * that a delivery waits after its second failed attempt.
 */
const NO_PROGRESS_MS = 7 * 60_000;
const LOOK_EVERY_MS = 500;

interface WorkerHooks {
  readonly client: JourneyMetricsClient;
  readonly temporal: Client;
  readonly org: string;
  readonly pids: Pids;
  /** Requests that source and receiver have got so far. */
  readonly requests: () => number;
  readonly evidence: Evidence;
  readonly show: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Starts runs and kills what carries them, then lets the last ones end in peace, and has the terminated ones audited. */
export async function attack(options: ChaosOptions, around: WorkerHooks): Promise<Attacked> {
  const { seed, inFlight, runs: least, minutes } = options;
  const { signal } = around;
  const plan = makePlan(seed);
  const givenUp = new AbortController();
  const patience = AbortSignal.any([signal, givenUp.signal]);
  setMaxListeners(0, patience); // Every run under way waits by it.
  const service = createService({ ...around, signal: patience });
  const until = Date.now() + minutes * 60_000;
  const more = (started: number): boolean => !patience.aborted && (started < least || Date.now() < until);
  const runs = startRuns({ plan, service, inFlight, more });
  const killing = startKilling({
    ...around,
    plan,
    inFlight: () => runs.underWay.size,
    requestsBetween: Math.ceil(inFlight / 2),
    signal: patience,
  });
  const over = new AbortController();
  const watching = watch(runs, killing, { ...around, giveUp: givenUp, signal: over.signal });
  try {
    await Promise.race([runs.allStarted, runs.done]);
    await killing.stop();
    await runs.done;
  } catch (error) {
    if (!givenUp.signal.aborted) throw error;
  } finally {
    over.abort();
    await Promise.all([watching, killing.stop()]);
  }
  const unreconciled = await reconcile(around);
  const silent = [...runs.underWay].map((subject) => ({
    promise: 'end',
    subject,
    what: 'never ended, as its caller saw it',
  }));
  return {
    runs: runs.counts.started,
    ends: runs.ends,
    kills: killing.kills,
    findings: [...runs.findings, ...silent, ...unreconciled],
  };
}

/** Has the runs that were terminated audited, as an operator would; a worker that is not there any more would let him wait. */
async function reconcile(around: WorkerHooks): Promise<readonly Finding[]> {
  around.show('having terminated runs audited');
  const patience = AbortSignal.any([around.signal, AbortSignal.timeout(NO_PROGRESS_MS)]);
  const service = createService({ ...around, signal: patience });
  try {
    await unlessAborted(
      service.insist(() => around.client.reconcile()),
      patience,
    );
    return [];
  } catch (error) {
    if (around.signal.aborted || !patience.aborted) throw error;
    return [{ promise: 'end', subject: 'audit reconcile', what: 'did not end' }];
  }
}

/** Says how far it is, and gives up when nothing moves any more. */
async function watch(
  runs: Runs,
  { kills }: Killing,
  { show, giveUp, signal }: Pick<WorkerHooks, 'show' | 'signal'> & { readonly giveUp: AbortController },
): Promise<void> {
  let closed = -1;
  let since = performance.now();
  while (!signal.aborted) {
    if (runs.counts.closed !== closed) [closed, since] = [runs.counts.closed, performance.now()];
    if (performance.now() - since > NO_PROGRESS_MS) giveUp.abort();
    const killed = `killed: worker ${kills.worker}, Temporal ${kills.temporal}, Postgres ${kills.postgres}`;
    show(`${closed} of ${runs.counts.started} runs have ended; ${killed}`);
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
