import type { DatasetStore, TransformInput } from '../../ports/index.js';
import type { RollupWithTable } from '../../contract/result/rollup.js';
import { NO_BUCKET } from '../../domain/completeness.js';
import type { MetricColumn } from '../../domain/statistics/outliers.js';
import { quartilesWithMedian } from '../../domain/statistics/quartiles.js';
import { RollupGroups } from '../../domain/rollup/rollup-groups.js';
import { rollupReport, weightOf, type Quartiles, type RollupReport } from '../../domain/rollup/rollup.js';
import { STRING, type PageColumns } from '../../pages/columns.js';
import { pageKeysOf } from '../../pages/requested-keys.js';
import type { PageKeys } from '../../pages/rows-scan.js';
import { readColumns } from '../store/dataset-pages.js';
import { DimensionValues, numbered } from './dimension-values.js';
import { inTurn, type PlacedPage } from '../store/page-walk.js';

/** Groups × metrics in memory, at 100 bytes each: enough for the journeys of a day, and a small part of a worker's memory. */
const MOST_CELLS = 100_000;

/** Of the groups in a result, and in every part of a payload: a part keeps 32 KiB for all that is not rows. */
const RESULT_BYTES = 2 * 1024;
const PAYLOAD_BYTES = 8 * 1024;

export interface RollupWalk {
  readonly store: DatasetStore;
  readonly pages: readonly PlacedPage[];
  readonly input: TransformInput;
  readonly signal: AbortSignal;
}

/** The same figures, and as many groups as fit in a payload and in a result. */
export interface RolledUp {
  readonly delivered: RollupWithTable;
  readonly listed: RollupWithTable;
}

/**
 * Sums up the rows that are kept. Reads the pages themselves only where a dimension must be read; in memory are a page,
 * the groups, and one number a row: quartiles take a metric at a time.
 * @param kept one byte a row: 1 where it counts
 * @param known metrics whose values are in memory; for each of the others the columns are read once more
 */
export async function rollUp(walk: RollupWalk, kept: Uint8Array, known: readonly MetricColumn[]): Promise<RolledUp> {
  const { store, input, signal } = walk;
  const { metrics, dimensions, buckets, processing } = input;
  const { weightMetric } = processing;
  const weighting = weightMetric === undefined ? { metrics } : { metrics, weightMetric };
  const groups = new RollupGroups({
    metrics: metrics.length,
    weightMetric: weightOf(weighting),
    dimensions: dimensions.length,
    mostCells: MOST_CELLS,
  });
  const values = dimensions.map((key) => new DimensionValues(key));
  const bodyNeeded = dimensions.some((key) => key !== input.dateKey);
  for await (const { page, cells } of keptColumns(walk, kept, pageKeysOf(input))) {
    const byDimensions = groups.grouping === 'dimensions';
    const body = byDimensions && bodyNeeded ? await store.get(page.body, signal) : new Uint8Array();
    groups.add({
      kept: kept.subarray(page.first, page.first + page.rows),
      buckets: bucketsOf(cells, input),
      dimensions: byDimensions ? values.map((each) => each.numbersOf(cells, body)) : [],
      values: metrics.map((metric) => cells.metrics.get(metric)?.values ?? new Float64Array()),
    });
  }
  const names = { ...weighting, dimensions, labels: buckets.labels, values: values.map((each) => each.values) };
  const report = rollupReport(groups, names, await quartilesOf(walk, kept, known));
  const table = await store.put(`runs/${input.runKey}`, tableBytes(report), signal);
  return {
    delivered: { ...report.listed(PAYLOAD_BYTES), table },
    listed: { ...report.listed(RESULT_BYTES), table },
  };
}

async function* keptColumns(
  { store, pages, signal }: RollupWalk,
  kept: Uint8Array,
  keys: PageKeys,
): AsyncGenerator<{ page: PlacedPage; cells: PageColumns }> {
  const withKept = pages.filter(({ first, rows }) => kept.subarray(first, first + rows).includes(1));
  yield* inTurn(withKept, async (page) => ({ cells: await readColumns(store, page, keys, signal) }), signal);
}

function bucketsOf({ rows, texts }: PageColumns, { buckets, dateKey }: TransformInput): Int32Array {
  const dates = texts.get(dateKey);
  if (dates === undefined) return new Int32Array(rows).fill(NO_BUCKET);
  const ofText = dates.texts.map((text) => {
    const bucket = buckets.indexOf(text);
    return typeof bucket === 'number' ? bucket : NO_BUCKET;
  });
  return numbered(rows, (row) =>
    dates.kinds[row] === STRING ? (ofText[dates.indexes[row] ?? 0] ?? NO_BUCKET) : NO_BUCKET,
  );
}

async function quartilesOf(walk: RollupWalk, kept: Uint8Array, known: readonly MetricColumn[]): Promise<Quartiles[]> {
  const quartiles: Quartiles[] = [];
  const numbers = new Float64Array(kept.length);
  for (const metric of walk.input.metrics) {
    const values = known.find((column) => column.metric === metric)?.values;
    const read = values ? [{ first: 0, values }] : valuesInTurn(walk, kept, metric);
    let count = 0;
    for await (const some of read) count = addKept(some, kept, numbers, count);
    quartiles.push(quartilesWithMedian(numbers.subarray(0, count)) ?? { q1: null, median: null, q3: null });
  }
  return quartiles;
}

/** Values of a metric, of rows that follow one another. */
interface ValuesFrom {
  readonly first: number;
  readonly values: Float64Array;
}

async function* valuesInTurn(walk: RollupWalk, kept: Uint8Array, metric: string): AsyncGenerator<ValuesFrom> {
  for await (const { page, cells } of keptColumns(walk, kept, { metrics: [metric], texts: [], others: [] })) {
    yield { first: page.first, values: cells.metrics.get(metric)?.values ?? new Float64Array() };
  }
}

/** Puts the numbers of rows that are kept behind the others; returns how many there are then. */
function addKept({ first, values }: ValuesFrom, kept: Uint8Array, numbers: Float64Array, count: number): number {
  let next = count;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? NaN;
    if (kept[first + row] === 1 && !Number.isNaN(value)) numbers[next++] = value;
  }
  return next;
}

function tableBytes(report: RollupReport): Uint8Array {
  return Buffer.concat(Array.from(report.groups(), (group) => Buffer.from(`${JSON.stringify(group)}\n`)));
}
