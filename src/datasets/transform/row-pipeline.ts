import { setImmediate } from 'node:timers/promises';
import type { DatasetStore, RowPipeline, TransformInput } from '../../ports/index.js';
import type { Processing } from '../../contract/request/request.js';
import type { MetricOutliers, Outliers, Sampling } from '../../contract/result/result.js';
import { listed } from '../../domain/completeness.js';
import { markOutliers, type MetricColumn } from '../../domain/statistics/outliers.js';
import { evenSample } from '../../domain/statistics/sampling.js';
import type { PageColumns } from '../../pages/columns.js';
import { lacksEveryKey, pageKeysOf } from '../../pages/requested-keys.js';
import type { DigestedColumns } from '../../pages/row-digests.js';
import type { PageKeys } from '../../pages/rows-scan.js';
import { countDifferences } from '../read/row-differences.js';
import { createRowMultisetHash, hashOfRows } from './content-hash.js';
import { DatasetError } from '../store/dataset-error.js';
import { readColumns, readDatasetManifest } from '../store/dataset-pages.js';
import { deliveredParts } from './delivered-parts.js';
import { outputManifestBytes, parseOutputManifest, rollupIn, type OutputReport } from '../store/output-manifest.js';
import { createPageSurvey, type PageSurvey } from './page-survey.js';
import { inTurn, placed, type PlacedPage } from '../store/page-walk.js';
import { createPartPacking, type PackedPart } from './part-packing.js';
import { packBits } from '../store/row-bits.js';
import { rollUp } from './row-rollup.js';
import { openRowTable } from '../table/row-table.js';

/** After each, others get their turn, also within a page. */
const ROWS_A_TURN = 16_384;

/** Metrics whose values are in memory at the same time. Further ones cost another look at the columns, not memory. */
const METRICS_AT_ONCE = 2;

/**
 * Goes over the columns of the pages, which were made when the pages came: for what is found in the rows, for which of
 * them are delivered, and for how those fall into parts. The pages themselves are read when their bytes are copied into
 * payloads, once. No row is ever written again, so no number is rounded and no key moves on its way.
 * In memory are one page and 25 bytes a row, however many metrics there are.
 * The same dataset and input give the same output, byte for byte, on every attempt.
 */
export function createRowPipeline(store: DatasetStore): RowPipeline {
  return {
    async transform(input, signal, onProgress) {
      const { pages } = await readDatasetManifest(store, input.dataset, signal);
      const walk: Walk = { store, pages: placed(pages), input, signal };
      const returned = input.dataset.rows;
      const groups = metricGroups(input.processing, returned);
      const { completeness, quality, shape } = await survey(walk, groups[0] ?? [], onProgress);

      const keep = new Uint8Array(returned).fill(1);
      const { flagged, ...outliers } = await selectKept(walk, groups, keep);
      const kept = input.processing.outliers === 'remove' ? returned - outliers.total : returned;
      const rolledUp = input.processing.rollup === 'off' ? undefined : await rollUp(walk, keep, groups.at(-1) ?? []);
      const isSampled = kept > input.processing.maxRows;
      const beforeSampling = isSampled ? keep.slice() : keep;
      const sampling = selectSample(keep, kept, input.processing.maxRows);
      const { outsideRows: outside } = input.dataset;
      const rows = { returned, kept, delivered: sampling.kept, ...(outside !== undefined && { outside }) };

      const { parts, ...hashes } = await packRows(walk, { kept: beforeSampling, delivered: keep }, () => {
        onProgress(returned);
      });
      const rollup = rolledUp && { rollup: rolledUp.delivered };
      const found = { rows, completeness, outliers, sampling, quality, ...rollup };
      const accuracyRate = returned === 0 ? 100 : (rows.delivered / returned) * 100;
      const report: OutputReport = { ...found, ...hashes, accuracyRate };

      const scope = `runs/${input.runKey}`;
      const selection = await store.put(scope, packBits(keep), signal);
      const sampled = isSampled && { kept: await store.put(scope, packBits(beforeSampling), signal) };
      const marked = flagged && { flagged: await store.put(scope, packBits(flagged), signal) };
      const bytes = outputManifestBytes({ ...fixedBy(input), selection, ...sampled, ...marked, parts, report });
      const manifest = await store.put(scope, bytes, signal);
      const cut = { completeness: listed(completeness), ...(rolledUp && { rollup: rolledUp.listed }) };
      return { ...report, manifest, parts: parts.length, ...cut, shape };
    },

    async rollup({ manifest }, signal) {
      const found = rollupIn(parseOutputManifest(await store.get(manifest, signal)));
      if (found === undefined) return undefined;
      const { table: _table, ...rollup } = found;
      return rollup;
    },

    async madeOf(manifest, signal) {
      return parseOutputManifest(await store.get(manifest, signal)).made?.dataset;
    },

    differences: (outputs, signal) => countDifferences(store, outputs, signal),

    table: (manifest, reading, signal) => openRowTable(store, manifest, reading, signal),

    parts: (output, signal) => deliveredParts(store, output.manifest, signal),
  };
}

function fixedBy({ dataset, made, dateKey, metrics, dimensions }: TransformInput) {
  return { dataset, ...(made && { made }), keys: { dateKey, metrics: [...metrics], dimensions: [...dimensions] } };
}

interface Walk {
  readonly store: DatasetStore;
  readonly pages: readonly PlacedPage[];
  readonly input: TransformInput;
  readonly signal: AbortSignal;
}

/** The metrics to look for outliers in, a few at a time: all groups share the memory of the first. */
function metricGroups({ outliers, outlierMetrics }: Processing, rows: number): readonly (readonly MetricColumn[])[] {
  const metrics = outliers === 'off' ? [] : outlierMetrics;
  const memory = metrics.slice(0, METRICS_AT_ONCE).map(() => new Float64Array(rows));
  return Array.from({ length: Math.ceil(metrics.length / METRICS_AT_ONCE) }, (_, group) =>
    memory.flatMap((values, place) => {
      const metric = metrics[group * METRICS_AT_ONCE + place];
      return metric === undefined ? [] : [{ metric, values }];
    }),
  );
}

/** Looks at all rows, and brings the numbers of the first metrics along. */
async function survey(
  walk: Walk,
  columns: readonly MetricColumn[],
  onProgress: (rows: number) => void,
): Promise<Awaited<ReturnType<PageSurvey['result']>>> {
  const { input } = walk;
  const found = createPageSurvey(input);
  for await (const { page, cells } of columnsInTurn(walk, walk.pages, pageKeysOf(input))) {
    if (lacksEveryKey(cells)) {
      throw new DatasetError('malformed', `No row of page ${page.index} of the result has any of the requested keys.`);
    }
    found.add(cells);
    fill(columns, cells, page.first);
    onProgress(page.first + page.rows);
  }
  return found.result();
}

/**
 * @param groups the values of the first are there, those of the others are read
 * @param keep one byte a row: 1 where it stays
 */
async function selectKept(
  walk: Walk,
  groups: readonly (readonly MetricColumn[])[],
  keep: Uint8Array,
): Promise<Outliers & { readonly flagged?: Uint8Array }> {
  const { outliers: mode } = walk.input.processing;
  const metrics: MetricOutliers[] = [];
  const scratch = new Float64Array(groups.length === 0 ? 0 : keep.length);
  for (const [index, group] of groups.entries()) {
    if (index > 0) await readMetrics(walk, group);
    metrics.push(...group.map((column) => markOutliers(column, keep, scratch)));
  }
  // What is flagged is what `remove` would have removed; it stays all the same.
  const flagged = mode === 'flag' ? keep.map((kept) => 1 - kept) : undefined;
  if (flagged) keep.fill(1);
  const total = metrics.reduce((sum, { outliers }) => sum + outliers, 0);
  return { mode, total, metrics, ...(flagged && { flagged }) };
}

async function readMetrics(walk: Walk, columns: readonly MetricColumn[]): Promise<void> {
  const keys = { metrics: columns.map(({ metric }) => metric), texts: [], others: [] };
  for await (const { page, cells } of columnsInTurn(walk, walk.pages, keys)) fill(columns, cells, page.first);
}

function columnsInTurn(
  { store, signal }: Walk,
  pages: readonly PlacedPage[],
  keys: PageKeys,
): AsyncGenerator<{ page: PlacedPage; cells: DigestedColumns }> {
  return inTurn(pages, async (page) => ({ cells: await readColumns(store, page, keys, signal) }), signal);
}

function fill(columns: readonly MetricColumn[], { metrics }: PageColumns, first: number): void {
  for (const { metric, values } of columns) values.set(metrics.get(metric)?.values ?? [], first);
}

/** Narrows `keep` to an exact, even sample. */
function selectSample(keep: Uint8Array, kept: number, maxRows: number): Sampling {
  const next = evenSample(kept, maxRows);
  for (let row = 0; row < keep.length; row += 1) {
    if (keep[row] === 1 && !next()) keep[row] = 0;
  }
  return { sampled: kept > maxRows, kept: Math.min(kept, maxRows), of: kept, maxRows };
}

/** The rows that are sent, in parts, and the hashes of all rows that were kept: a sample changes no content. */
async function packRows(
  walk: Walk,
  { kept, delivered }: { readonly kept: Uint8Array; readonly delivered: Uint8Array },
  onPage: () => void,
): Promise<{ parts: readonly PackedPart[]; contentHash: string; rowHash: string }> {
  const packing = createPartPacking(walk.input.partLimits);
  const [content, bytes] = [createRowMultisetHash(), createRowMultisetHash()];
  const withKept = walk.pages.filter(({ first, rows }) => kept.subarray(first, first + rows).includes(1));
  for await (const { page, cells } of columnsInTurn(walk, withKept, pageKeysOf(walk.input))) {
    for (let row = 0; row < page.rows; row += 1) {
      if (row % ROWS_A_TURN === 0) await setImmediate();
      if (kept[page.first + row] !== 1) continue;
      content.add(cells.contents, row);
      bytes.add(cells.digests, row);
      if (delivered[page.first + row] === 1) packing.add((cells.ends[row] ?? 0) - (cells.starts[row] ?? 0));
    }
    onPage();
  }
  return { parts: packing.parts(), contentHash: hashOfRows(content), rowHash: hashOfRows(bytes) };
}
