import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  DatasetStore,
  RowPipeline,
  SourcePage,
  StoredPage,
  TransformInput,
  PartDestination,
  NewPage,
} from '../src/ports/index.js';
import { payloadBytes } from '../src/destinations/webhook/payload.js';
import { storePayloads } from '../src/activities/aggregate/store-payloads.js';
import { createBuckets } from '../src/calendar/buckets.js';
import type { DatasetRef, TransformOutput } from '../src/contract/result/dataset.js';
import { readResult } from '../src/sources/analytics/result-answer.js';
import { sha256Of } from '../src/datasets/blobs/blob-store.js';
import { createDatasetStore } from '../src/datasets/store/dataset-store.js';
import { replaceFile } from '../src/datasets/blobs/durable-file.js';
import { createFileBlobStore } from '../src/datasets/blobs/file-blob-store.js';
import { createRowPipeline } from '../src/datasets/transform/row-pipeline.js';
import { pageFiles, payloadFile, payloadFiles } from './bench-files.js';
import { QUERY_KEYS, TIME_GROUP, WINDOW } from './bench-query.js';
import { rounded } from './statistics.js';
import { StoreClock } from './store-clock.js';
import { REPORT } from '../test/support/workflow/fake-activities.js';

export interface PipelineInput {
  readonly pages: string;
  readonly out: string;
  readonly maxRows?: number;
  /** Sums the rows up, too, as a run does unless it is asked not to. */
  readonly rollup?: boolean;
}

export interface PipelineFigures {
  readonly rows: number;
  /** Rows in the payloads. */
  readonly kept: number;
  /** From the first page to the last payload, without `storeMs`. */
  readonly wallMs: number;
  /** While a call of the dataset store was under way: hashing, reading, writing, forcing to disk, of pages and payloads. */
  readonly storeMs: number;
  /** Of all threads, in the same time. */
  readonly cpuMs: number;
  /** Of the process since it started. */
  readonly peakRssMiB: number;
  /** How late timers are meanwhile: what heartbeats, polls and other runs notice. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

const TAKE = { runKey: '0'.repeat(32), generation: 1, take: 0 };
const PART_LIMITS = { maxRows: 1_000, maxBytes: 500_000 };
export const ALL_ROWS = 1e9;
const DELAY_EVERY_MS = 5;

/** A signal that nobody aborts. */
const idle = new AbortController().signal;

/** Goes the way of a run's rows, from the bytes of the source's answers to the bytes of the payloads, and measures it. */
export async function measurePipeline(input: PipelineInput): Promise<PipelineFigures> {
  const { pages, out } = input;
  const working = join(out, '.working-store');
  await mkdir(out, { recursive: true });
  await Promise.all([working, ...(await payloadFiles(out))].map((path) => rm(path, { recursive: true, force: true })));
  const files = await pageFiles(pages);
  const clock = new StoreClock();
  const store = clock.around(createDatasetStore(createFileBlobStore(working)));
  const pipeline = createRowPipeline(store);

  const delay = monitorEventLoopDelay({ resolution: DELAY_EVERY_MS });
  delay.enable();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const dataset = await readPages(files, store);
  const output = await pipeline.transform(transformInput(dataset, input), idle, () => undefined);
  await writePayloads(pipeline, output, { out, clock });
  const totalMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  const late = (ns: number): number => Math.max(0, rounded(ns / 1e6 - DELAY_EVERY_MS, 1));
  const loopDelayMs = { p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) };
  const peakRssMiB = process.resourceUsage().maxRSS / 1_024;

  await rm(working, { recursive: true });
  return {
    rows: output.rows.returned,
    kept: output.rows.delivered,
    wallMs: Math.round(totalMs - clock.ms),
    storeMs: Math.round(clock.ms),
    cpuMs: Math.round((user + system) / 1_000),
    peakRssMiB: Math.round(peakRssMiB),
    loopDelayMs,
  };
}

/** Scans page files and stores them, as a run does. */
export async function readPages(files: readonly string[], store: DatasetStore): Promise<DatasetRef> {
  const stored: StoredPage[] = [];
  const asked = { operation: 'page', keys: QUERY_KEYS, queryId: null } as const;
  for (const [index, file] of files.entries()) {
    const answer = await readResult({ status: 200, body: readFileSync(file) }, asked);
    if (answer.state !== 'page') throw new Error(`${file} is not a page of a result: ${answer.state}`);
    stored.push(await store.addPage(TAKE, entryOf(answer, index), idle));
  }
  return store.seal(TAKE, stored, idle);
}

function entryOf(page: SourcePage, index: number): NewPage {
  const { body, columns, queryId, rows, truncated, nextCursor = null, totalCount = null } = page;
  return { index, cursor: null, nextCursor, queryId, rows, totalCount, truncated, body, columns };
}

export function transformInput(
  dataset: DatasetRef,
  { maxRows = ALL_ROWS, rollup }: Pick<PipelineInput, 'maxRows' | 'rollup'>,
): TransformInput {
  const { metrics } = QUERY_KEYS;
  const summing = rollup === true ? 'on' : 'off';
  const processing = { maxRows, outliers: 'remove', outlierMetrics: metrics, rollup: summing } as const;
  const buckets = createBuckets({ window: WINDOW, timeGroupBy: TIME_GROUP });
  return {
    runKey: TAKE.runKey,
    aggregates: true,
    dataset,
    ...QUERY_KEYS,
    processing,
    partLimits: PART_LIMITS,
    buckets,
  };
}

/** As the product stores them before they are sent, under names that can be found. */
async function writePayloads(
  pipeline: RowPipeline,
  output: TransformOutput,
  { out, clock }: { out: string; clock: StoreClock },
): Promise<void> {
  const plan = {
    org: 'acme',
    destination: 'bi',
    window: WINDOW,
    deliveryId: '0'.repeat(32),
    series: '0'.repeat(16),
    report: REPORT,
  };
  const subject = { plan, output, queryId: 'q-1', timestamp: WINDOW.to };
  const encode: PartDestination['encode'] = (header, { json }) => Promise.resolve(payloadBytes(header, json));
  let part = 0;
  const put: DatasetStore['put'] = (scope, bytes, signal) =>
    clock.during(async () => {
      const ref = { scope, sha256: sha256Of(bytes), bytes: bytes.byteLength };
      await replaceFile(payloadFile(out, part++), bytes, signal);
      return ref;
    });
  await storePayloads(
    { pipeline, datasets: { put }, destination: { encode }, runs: { reportOf: () => Promise.resolve(REPORT) } },
    subject,
    1,
    idle,
  );
}
