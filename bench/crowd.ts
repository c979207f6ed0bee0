import { setTimeout as sleep } from 'node:timers/promises';
import type { RunHandle } from '../src/client.js';
import { startSuite, type Product } from '../test/support/product.js';
import { until } from '../test/support/until.js';
import { latenessOf, type Lateness } from './lateness.js';
import { show } from './progress.js';
import { percentile, rounded } from './statistics.js';
import { startMeasuredWorker, type MeasuredWorker } from './worker-process.js';
import { LASTING_SERVERS } from './servers.js';

export interface CrowdFigures {
  /** Waiting for their query at the same time, on one worker process. */
  readonly runs: number;
  /** In the time that was looked at. */
  readonly polls: number;
  readonly pollsPerSecond: number;
  /** With one run, and with all of them. Null where a process cannot be asked. */
  readonly rssMiB: { readonly alone: number; readonly crowd: number } | null;
  readonly kibPerRun: number | null;
  /** Milliseconds, step by step: until the timer fired, the workflow decided, the poll started; and all the way. */
  readonly timerLate: Spread;
  readonly decisionLate: Spread;
  readonly pollLate: Spread;
  readonly wholeLate: Spread;
}

interface Spread {
  readonly p50: number;
  readonly p99: number;
}

const HOUR_MS = 3_600_000;
/** Until the polls of young queries, one in two seconds a run, have become those of queries some minutes old. */
const SETTLE_S = 120;
const WATCH_S = 60;
const STARTED_AT_ONCE = 20;

/** Lets runs wait together on one worker of the build, and looks how late their polls are. */
export async function measureCrowd(runs = 500): Promise<CrowdFigures> {
  const suite = await startSuite(LASTING_SERVERS);
  try {
    const product = await suite.product({
      simulator: { cxone: { data: { rows: 10 }, run: { ms: HOUR_MS } } },
      worker: false,
    });
    const worker = await startMeasuredWorker('build', product.env);
    try {
      return await watchCrowd(product, worker, runs);
    } finally {
      await worker.kill();
    }
  } finally {
    await suite.stop();
  }
}

async function watchCrowd(product: Product, worker: MeasuredWorker, runs: number): Promise<CrowdFigures> {
  const started = [await startRun(product, 0)];
  await allPolled(product, started.length);
  const alone = await worker.memory();
  while (started.length < runs) {
    show(`crowd: ${started.length} of ${runs} runs started`);
    const next = Array.from(
      { length: Math.min(STARTED_AT_ONCE, runs - started.length) },
      (_, index) => started.length + index,
    );
    started.push(...(await Promise.all(next.map((number) => startRun(product, number)))));
  }
  await allPolled(product, runs);
  await waitSeconds(SETTLE_S, 'crowd: letting the queries grow older');
  const from = Date.now();
  await waitSeconds(WATCH_S, 'crowd: watching the polls');
  const crowd = await worker.memory();
  const lateness = await latenessOf(
    product.temporal,
    started.map(({ workflowId }) => workflowId),
    from,
  );
  return {
    runs,
    polls: lateness.length,
    pollsPerSecond: rounded(lateness.length / WATCH_S, 1),
    rssMiB: alone && crowd && { alone: alone.rssMiB, crowd: crowd.rssMiB },
    kibPerRun: alone && crowd && rounded(((crowd.rssMiB - alone.rssMiB) * 1_024) / (runs - 1)),
    timerLate: spreadOf(lateness, 'timerMs'),
    decisionLate: spreadOf(lateness, 'decisionMs'),
    pollLate: spreadOf(lateness, 'pollMs'),
    wholeLate: spreadOf(lateness, 'wholeMs'),
  };
}

/** Another filter is another run. */
function startRun(product: Product, number: number): Promise<RunHandle> {
  const { query } = product.request();
  return product.client.start(product.request({ query: { ...query, filter: { channel: `crowd-${number}` } } }));
}

async function allPolled({ simulator }: Product, runs: number): Promise<void> {
  const { journal } = simulator.cxone;
  const polled = (): number => new Set(journal.entries({ operation: 'poll' }).map(({ queryId }) => queryId)).size;
  await until('every run to poll', polled, (queries) => queries >= runs, HOUR_MS);
}

async function waitSeconds(seconds: number, what: string): Promise<void> {
  for (let left = seconds; left > 0; left -= 1) {
    show(`${what}, ${left} s left`);
    await sleep(1_000);
  }
}

function spreadOf(lateness: readonly Lateness[], of: keyof Lateness): Spread {
  const values = lateness.map((poll) => poll[of]);
  return { p50: rounded(percentile(values, 0.5)), p99: rounded(percentile(values, 0.99)) };
}
