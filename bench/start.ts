import { stat } from 'node:fs/promises';
import { startSuite, type Product } from '../test/support/product.js';
import { until } from '../test/support/until.js';
import { show } from './progress.js';
import { median, rounded } from './statistics.js';
import { startMeasuredWorker, WORKFLOW_BUNDLE } from './worker-process.js';
import { LASTING_SERVERS } from './servers.js';

export interface StartFigures {
  /** From the spawning of the process until it takes runs: the median of some starts in turns. */
  readonly readyMs: { readonly build: number; readonly sources: number };
  /** Sources over build. */
  readonly ratio: number;
  readonly bundleBytes: number;
  /** Resident memory once ready, in MiB; null where a process cannot be asked. */
  readonly rssMiB: { readonly build: number; readonly sources: number } | null;
  /** What a run that is in the cache and waits adds to a worker's resident memory. */
  readonly kibPerCachedRun: number | null;
}

const STARTS = 3;
const CACHED = 400;
const STARTED_AT_ONCE = 20;

/** Starts workers of the build and of the sources, and fills the cache of one with runs that wait. */
export async function measureStart(): Promise<StartFigures> {
  const suite = await startSuite(LASTING_SERVERS);
  try {
    const product = await suite.product({ worker: false });
    const [build, sources] = [await started('build', 0), await started('sources', 0)];
    for (let time = 1; time < STARTS; time += 1) {
      build.push(...(await started('build', time)));
      sources.push(...(await started('sources', time)));
    }
    const readyMs = { build: medianOf(build, 'readyMs'), sources: medianOf(sources, 'readyMs') };
    const rssMiB = { build: medianOf(build, 'rssMiB'), sources: medianOf(sources, 'rssMiB') };
    return {
      readyMs,
      ratio: rounded(readyMs.sources / readyMs.build, 1),
      bundleBytes: (await stat(WORKFLOW_BUNDLE)).size,
      rssMiB: Number.isNaN(rssMiB.build) ? null : rssMiB,
      kibPerCachedRun: await cachedRunKib(product),
    };

    async function started(form: 'build' | 'sources', time: number): Promise<Start[]> {
      show(`start: ${form}, ${time + 1} of ${STARTS}`);
      const worker = await startMeasuredWorker(form, product.env);
      const rssMiB = (await worker.memory())?.rssMiB ?? NaN;
      await worker.stop();
      return [{ readyMs: worker.readyMs, rssMiB }];
    }
  } finally {
    await suite.stop();
  }
}

interface Start {
  readonly readyMs: number;
  readonly rssMiB: number;
}

function medianOf(starts: readonly Start[], of: keyof Start): number {
  return median(starts.map((start) => start[of]));
}

/** Runs that wait for late data: they have planned, and do nothing. */
async function cachedRunKib(product: Product): Promise<number | null> {
  const worker = await startMeasuredWorker('build', product.env);
  try {
    await startWaiting(product, 0, STARTED_AT_ONCE);
    const before = await worker.memory();
    for (let from = STARTED_AT_ONCE; from < CACHED; from += STARTED_AT_ONCE) {
      show(`start: ${from} of ${CACHED} runs cached`);
      await startWaiting(product, from, STARTED_AT_ONCE);
    }
    const after = await worker.memory();
    return before && after && rounded(((after.rssMiB - before.rssMiB) * 1_024) / (CACHED - STARTED_AT_ONCE));
  } finally {
    await worker.kill();
  }
}

/** Starts so many, and waits until they wait. Another filter is another run. */
async function startWaiting(product: Product, from: number, count: number): Promise<void> {
  const { query } = product.request();
  const today = new Date().toISOString().slice(0, 10);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const start = async (number: number): Promise<void> => {
    const filter = { channel: `cached-${number}` };
    const window = { settle: '30 days' };
    const run = await product.client.start(
      product.request({ query: { ...query, filter, dateFrom: today, dateTo: tomorrow }, window }),
    );
    const asked = (): Promise<string> =>
      run.progress().then(
        ({ phase }) => phase,
        () => 'away',
      );
    await until('a run that waits', asked, (phase) => phase === 'settling');
  };
  await Promise.all(Array.from({ length: count }, (_, index) => start(from + index)));
}
