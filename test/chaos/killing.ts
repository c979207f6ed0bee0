import { setTimeout as sleep } from 'node:timers/promises';
import type { Evidence } from './evidence.js';
import type { Plan, Target } from './plan.js';

const LOOK_EVERY_MS = 50;

/** The present process of each target; undefined while there is none. */
export type Pids = Readonly<Record<Target, () => number | undefined>>;

export interface Killing {
  /** So far. */
  readonly kills: Readonly<Record<Target, number>>;
  /** Kills no more, and waits until everything is back. */
  stop(): Promise<void>;
}

/** What the killing goes by. */
interface WorkerHooks {
  readonly plan: Plan;
  readonly pids: Pids;
  /** Runs under way. */
  readonly inFlight: () => number;
  /** Requests that source and receiver have got so far. */
  readonly requests: () => number;
  /** So many requests lie between two kills at least: on a slow machine work must go on, too. */
  readonly requestsBetween: number;
  readonly evidence: Evidence;
  /** Nobody waits any longer for what does not come back. */
  readonly signal: AbortSignal;
}

/**
 * Kills in the order that is planned, and no sooner. What has not come back from its last death is passed over: its
 * number may be somebody else's by now.
 */
export function startKilling({
  plan,
  pids,
  inFlight,
  requests,
  requestsBetween,
  evidence,
  signal,
}: WorkerHooks): Killing {
  const kills: Record<Target, number> = { worker: 0, temporal: 0, postgres: 0 };
  const stopping = new AbortController();
  const over = AbortSignal.any([signal, stopping.signal]);
  const returns = new Map<Target, Promise<void>>();

  const untilBack = async (target: Target, killed: number): Promise<void> => {
    let pid = pids[target]();
    while (pid === undefined || pid === killed) {
      if (signal.aborted) return;
      await sleep(LOOK_EVERY_MS);
      pid = pids[target]();
    }
    evidence.note({ event: 'back', target, pid });
    returns.delete(target);
  };
  const kill = (target: Target): void => {
    const pid = pids[target]();
    if (pid === undefined || returns.has(target)) return;
    evidence.note({ event: 'kill', target, pid, inFlight: inFlight() });
    kills[target] += 1;
    returns.set(target, untilBack(target, pid));
    endProcess(pid);
  };
  const killing = (async () => {
    for (let index = 0; ; index += 1) {
      const { waitMs, target } = plan.kill(index);
      const enough = requests() + requestsBetween;
      await sleep(waitMs, undefined, { signal: over });
      while (requests() < enough) await sleep(LOOK_EVERY_MS, undefined, { signal: over });
      kill(target);
    }
  })().catch((error: unknown) => {
    if (!over.aborted) throw error;
  });
  killing.catch(() => undefined); // `stop` tells.
  return {
    kills,
    async stop() {
      stopping.abort();
      await killing;
      await Promise.all(returns.values());
    },
  };
}

/** A process that went by itself a moment ago is as dead. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
