import { setImmediate } from 'node:timers/promises';
import type { DatasetStore, TransformInput } from '../activities/ports.js';
import type { Completeness, Quality } from '../contract/result.js';
import { createCompletenessCount } from '../domain/completeness.js';
import type { MetricColumn } from '../domain/outliers.js';
import { createRowVerification, lacksEveryKey, requiredKeysOf } from '../domain/row-verification.js';
import { DatasetError } from './dataset-error.js';
import type { ManifestPage } from './dataset-pages.js';
import { readPageRows } from './dataset-pages.js';
import type { RowRanges } from './row-ranges.js';

/** What one reading of all rows leaves in memory: a few numbers a row, and counts. */
export interface RowScan {
  /** Within its page, where each row's bytes are. */
  readonly ranges: RowRanges;
  /** The metrics that outliers are looked for in. */
  readonly columns: readonly MetricColumn[];
  readonly completeness: Completeness;
  readonly quality: Quality;
}

/** The first pass: a page at a time, every row is verified, put into its bucket, and its numbers are kept. */
export async function scanRows(
  store: DatasetStore,
  pages: readonly ManifestPage[],
  input: TransformInput,
  signal: AbortSignal,
  onProgress: (rows: number) => void,
): Promise<RowScan> {
  const total = pages.reduce((sum, page) => sum + page.rows, 0);
  const ranges = new Uint32Array(total * 2);
  const counter = createRowCounter(input, total);
  let rowsSoFar = 0;
  for (const page of pages) {
    const { rows, ranges: ofPage } = readPageRows(await store.get(page.body, signal), page);
    if (lacksEveryKey(rows, requiredKeysOf(input))) {
      throw new DatasetError('malformed', `No row of page ${page.index} of the result has any of the requested keys.`);
    }
    ranges.set(ofPage, rowsSoFar * 2);
    for (const [index, row] of rows.entries()) counter.count(rowsSoFar + index, row);
    rowsSoFar += rows.length;
    onProgress(rowsSoFar);
    await setImmediate();
    signal.throwIfAborted();
  }
  return { ranges, ...counter.result() };
}

function createRowCounter(
  { metrics, dimensions, processing, buckets }: TransformInput,
  total: number,
): { count(index: number, row: unknown): void; result(): Omit<RowScan, 'ranges'> } {
  const verification = createRowVerification({ metrics, dimensions });
  const completeness = createCompletenessCount(buckets.labels, metrics);
  const outlierMetrics = processing.outliers === 'off' ? [] : processing.outlierMetrics;
  const columns = outlierMetrics.map((metric) => ({ metric, values: new Float64Array(total).fill(NaN) }));
  const positions = outlierMetrics.map((metric) => metrics.indexOf(metric));
  const values = new Float64Array(metrics.length);
  return {
    count(index, row) {
      const date = verification.row(row, values);
      for (const [column, position] of positions.entries()) {
        const target = columns[column];
        if (target) target.values[index] = values[position] ?? NaN;
      }
      if (date === undefined) return;
      const bucket = buckets.indexOf(date);
      if (bucket === 'outside') verification.outsideWindow();
      else if (bucket === 'unreadable') verification.unreadableDate();
      else completeness.row(bucket, values);
    },
    result: () => ({ columns, completeness: completeness.completeness(), quality: verification.quality() }),
  };
}
