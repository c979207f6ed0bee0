import type { DatasetStore } from '../../ports/index.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { JourneyFindings } from '../../contract/result/derived.js';
import type { RollupGroup } from '../../contract/result/rollup.js';
import {
  binsFor,
  createHistogram,
  NO_VALUES,
  type Histogram,
  type HistogramWish,
} from '../../domain/statistics/histogram.js';
import { readColumns, readDatasetManifest } from '../store/dataset-pages.js';
import { readMadeOf } from '../read/record-export.js';
import { openTableExport } from '../read/export-rows.js';
import { completenessIn, parseOutputManifest } from '../store/output-manifest.js';
import { inTurn, placed } from '../store/page-walk.js';

/** What a report says of rows, out of the store: figures, never the rows. In memory are a page's columns and the counts. */
export interface RowFigures {
  /** Labels of every bucket without rows, oldest first, uncut. */
  missingBuckets(output: BlobRef, signal: AbortSignal): Promise<readonly string[]>;
  /** Every group of a rollup, those with the most rows first. */
  groups(table: BlobRef, signal: AbortSignal): AsyncIterable<RollupGroup>;
  /** Of each metric over all rows that the source returned; in the order of the wishes. Reads the columns twice. */
  histograms(output: BlobRef, wishes: readonly HistogramWish[], signal: AbortSignal): Promise<readonly Histogram[]>;
  /** How derived rows were made; undefined where they were not derived. */
  making(output: BlobRef, signal: AbortSignal): Promise<JourneyFindings | undefined>;
}

/** Throws only `DatasetError`: `expired` where the bytes are gone. */
export function createRowFigures(store: DatasetStore): RowFigures {
  return {
    async missingBuckets(output, signal) {
      return completenessIn(parseOutputManifest(await store.get(output, signal))).missing;
    },
    async *groups(table, signal) {
      const rows = await openTableExport(store, table, signal);
      for await (const { body, starts, ends } of rows.batches()) {
        for (const [row, start] of starts.entries()) {
          // As `row-rollup.ts` wrote it: the table is read by its hash.
          yield JSON.parse(Buffer.from(body.subarray(start, ends[row])).toString()) as RollupGroup;
        }
      }
    },
    histograms: (output, wishes, signal) => histogramsOf(store, output, wishes, signal),
    async making(output, signal) {
      const { details } = (await readMadeOf(store, output, signal)) ?? {};
      if (details === undefined) return undefined;
      // As the source wrote it: it is read by its hash.
      return JSON.parse(Buffer.from(await store.get(details, signal)).toString()) as JourneyFindings;
    },
  };
}

async function histogramsOf(
  store: DatasetStore,
  output: BlobRef,
  wishes: readonly HistogramWish[],
  signal: AbortSignal,
): Promise<readonly Histogram[]> {
  const metrics = wishes.map(({ metric }) => metric);
  const { dataset } = parseOutputManifest(await store.get(output, signal));
  const { pages } = await readDatasetManifest(store, dataset, signal);
  const keys = { metrics, texts: [], others: [] };
  const eachPage = async (look: (metric: number, values: Float64Array) => void): Promise<void> => {
    const read = inTurn(
      placed(pages),
      async (page) => ({ cells: await readColumns(store, page, keys, signal) }),
      signal,
    );
    for await (const { cells } of read) {
      for (const [index, metric] of metrics.entries()) look(index, cells.metrics.get(metric)?.values ?? NOTHING);
    }
  };
  const ranges = wishes.map(() => ({ min: Infinity, max: -Infinity }));
  await eachPage((metric, values) => {
    const range = ranges[metric];
    if (range) widen(range, values);
  });
  const histograms = wishes.map(({ bounds }, metric) => {
    const { min, max } = ranges[metric] ?? EMPTY;
    return min > max ? undefined : createHistogram(binsFor(min, max, bounds));
  });
  await eachPage((metric, values) => histograms[metric]?.add(values));
  return histograms.map((histogram, metric) => {
    const { min, max } = ranges[metric] ?? EMPTY;
    return histogram?.counted(min, max) ?? NO_VALUES;
  });
}

const NOTHING = new Float64Array();
const EMPTY = { min: Infinity, max: -Infinity };

/** NaN is smaller and larger than nothing, and so passes by. */
function widen(range: { min: number; max: number }, values: Float64Array): void {
  for (const value of values) {
    if (value < range.min) range.min = value;
    if (value > range.max) range.max = value;
  }
}
