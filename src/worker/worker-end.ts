import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { grpcCodeOf } from '../composition/temporal/temporal-connection.js';
import { diagnose } from '../composition/temporal/temporal-diagnosis.js';
import { refusalOf } from '../composition/temporal/temporal-refusals.js';
import { ConfigError, sentenceOf } from '../config/errors.js';
import type { TemporalConfig } from '../config/temporal.js';
import { hasFailed, type Workers } from './workers.js';

/** A worker that can take no more runs, or does not stop: the process must end, or nobody would start another. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed';
}

export interface EndOptions {
  readonly temporal: TemporalConfig;
  /** Beside the worker's own: asked whether Temporal still lets us in. */
  readonly connection: Connection;
  /** What the SDK has logged as the reason of a failure. */
  readonly failures: readonly unknown[];
  /** From SIGTERM to the end, whatever hangs. */
  readonly stopWithinMs: number;
  readonly untilTold: () => Promise<void>;
}

type RunningWorkers = Pick<Workers, 'run' | 'getStatus'>;

const LOOK_EVERY_MS = 500;
const ASK_EVERY_MS = 5_000;
/** In a row: Temporal itself may be confused for a moment while it restarts. */
const REFUSALS = 3;
/** For what the SDK does after a failure, which may never end. */
const SETTLE_WITHIN_MS = 3_000;

/**
 * Runs the worker until it has drained, and rejects when it cannot go on: with the `ConfigError` where Temporal refuses
 * us now, else with a {@link WorkerFailed} that has the reason. Never waits for an SDK that does not end by itself: after
 * a failed poll it waits for its native part, which may throw something else, or nothing for ever.
 */
export async function runToItsEnd(worker: RunningWorkers, options: EndOptions): Promise<void> {
  const { failures, stopWithinMs } = options;
  const over = new AbortController();
  const { signal } = over;
  const told = options.untilTold();
  const run = worker.run();
  const looks = [untilFailed(worker, signal), untilRefused(options, signal), untilOverdue(told, stopWithinMs, signal)];
  // Of those that lose the race nobody hears any more.
  for (const each of [run, ...looks]) each.catch(() => undefined);
  try {
    await Promise.race([run, ...looks]);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof WorkerFailed) throw error;
    const reason = error instanceof GivenUp ? await endOf(run) : error;
    throw await reasonOf(failures.at(-1) ?? reason, options);
  } finally {
    over.abort();
  }
}

/** The SDK has given up, and has not said why yet. */
class GivenUp extends Error {}

/** Rejects once no task is taken any more although nobody has said so. */
async function untilFailed(worker: RunningWorkers, signal: AbortSignal): Promise<never> {
  for (;;) {
    await sleep(LOOK_EVERY_MS, undefined, { signal });
    if (hasFailed(worker.getStatus())) throw new GivenUp();
  }
}

/** Rejects once Temporal has refused us several times in a row. The SDK itself would try for a minute. */
async function untilRefused(options: EndOptions, signal: AbortSignal): Promise<never> {
  for (let refused = 0; ;) {
    await sleep(ASK_EVERY_MS, undefined, { signal });
    const refusal = await refusalNow(options);
    refused = refusal === undefined ? 0 : refused + 1;
    if (refusal !== undefined && refused === REFUSALS) throw refusal;
  }
}

async function untilOverdue(told: Promise<void>, withinMs: number, signal: AbortSignal): Promise<never> {
  await told;
  await sleep(withinMs, undefined, { signal });
  const left = 'its activities are left to their heartbeat timeouts, and another worker takes its runs';
  throw new WorkerFailed(`the worker did not stop within ${withinMs / 1_000} s: ${left}`);
}

async function refusalNow({ connection, temporal }: Asked): Promise<ConfigError | undefined> {
  const { namespace } = temporal;
  return connection
    .withDeadline(Date.now() + ASK_EVERY_MS, () => connection.workflowService.describeNamespace({ namespace }))
    .then(
      () => undefined,
      (error: unknown) => refusalOf(grpcCodeOf(error), temporal),
    );
}

async function endOf(run: Promise<void>): Promise<unknown> {
  const late = sleep(SETTLE_WITHIN_MS);
  return Promise.race([run, late]).catch((error: unknown) => error);
}

type Asked = Pick<EndOptions, 'connection' | 'temporal'>;

/** The real reason: as Temporal gives it when it is asked once more, else as the SDK does. */
export async function reasonOf(error: unknown, asked: Asked): Promise<Error> {
  const refusal = (await refusalNow(asked)) ?? (await diagnose(asked.temporal));
  if (refusal instanceof ConfigError) return refusal;
  const said = error instanceof Error ? sentenceOf(error) : 'the SDK gives no reason';
  return new WorkerFailed(`the worker takes no more runs: ${said}`);
}
