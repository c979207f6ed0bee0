import type { DatasetStore } from '../../ports/index.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import { DatasetError } from '../store/dataset-error.js';
import { readDatasetManifest, readRows } from '../store/dataset-pages.js';
import { parseOutputManifest } from '../store/output-manifest.js';
import { inTurn, placed } from '../store/page-walk.js';
import { bitBytes, hasAnyBit, hasBit } from '../store/row-bits.js';

/** `raw`: all that the source returned; `kept`: what is left of it after outliers; `delivered`: after sampling, too. */
export type ExportedRows = 'raw' | 'kept' | 'delivered';

/** Rows as the source sent them, where they lie: each is the JSON of an object, from `starts` to before `ends`. */
export interface RowBatch {
  readonly body: Uint8Array;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export interface RowExport {
  readonly rows: number;
  /** In the source's order, a page at a time in memory. May be called again: it reads the store again. */
  batches(): AsyncIterable<RowBatch>;
}

/** Finds a run's rows by its output manifest. Throws `DatasetError`: `expired`, `corrupt`, `unavailable`, `unknown-version`. */
export async function openRowExport(
  store: Pick<DatasetStore, 'get'>,
  output: BlobRef,
  which: ExportedRows,
  signal: AbortSignal,
): Promise<RowExport> {
  const { dataset, selection, kept = selection } = parseOutputManifest(await store.get(output, signal));
  const manifest = await readDatasetManifest(store, dataset, signal);
  const bits = which === 'raw' ? undefined : await store.get(which === 'kept' ? kept : selection, signal);
  if (bits && bits.byteLength !== bitBytes(dataset.rows)) {
    throw new DatasetError('corrupt', 'The list of kept rows does not belong to these rows. Start the run again.');
  }
  const isExported = (row: number): boolean => bits === undefined || hasBit(bits, row);
  const pages = placed(manifest.pages).filter(({ first, rows }) => !bits || hasAnyBit(bits, first, first + rows));
  return {
    rows: bits ? bitsIn(bits) : dataset.rows,
    async *batches() {
      const read = inTurn(pages, (page) => readRows(store, page, signal), signal);
      for await (const { page, body, columns } of read) {
        const rows = Array.from(columns.starts.keys()).filter((row) => isExported(page.first + row));
        const starts = rows.map((row) => columns.starts[row] ?? 0);
        yield { body, starts, ends: rows.map((row) => columns.ends[row] ?? 0) };
      }
    },
  };
}

/** The table of a run's rollup, as rows. */
export async function openTableExport(store: DatasetStore, table: BlobRef, signal: AbortSignal): Promise<RowExport> {
  const body = await store.get(table, signal);
  const ends = Array.from(lineEnds(body));
  const starts = [0, ...ends.map((end) => end + 1)].slice(0, ends.length);
  return {
    rows: ends.length,
    async *batches() {
      // As with rows: the reader may be slower.
      yield await Promise.resolve({ body, starts, ends });
    },
  };
}

const LINE_END = 0x0a;

function* lineEnds(body: Uint8Array): Generator<number> {
  for (let at = body.indexOf(LINE_END); at !== -1; at = body.indexOf(LINE_END, at + 1)) yield at;
}

function bitsIn(bits: Uint8Array): number {
  let count = 0;
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) count += 1;
  return count;
}
