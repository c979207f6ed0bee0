import type { DatasetStore } from '../activities/ports.js';
import type { RowReader } from '../gateway/ports.js';
import { csvHeader, csvOf, CsvColumns } from './export-csv.js';
import { ndjsonOf } from './export-ndjson.js';
import { openRowExport, type RowExport } from './export-rows.js';

/** Reads the rows of runs as text. Rejects with a `DatasetError`, and so may what is read. */
export function rowReader(store: DatasetStore): RowReader {
  return {
    async read(dataset, { rows, format }, signal) {
      const source = await openRowExport(store, dataset, rows, signal);
      return format === 'csv' ? csvText(source) : ndjsonText(source);
    },
  };
}

async function* ndjsonText(source: RowExport): AsyncGenerator<Uint8Array> {
  for await (const batch of source.batches()) yield ndjsonOf(batch);
}

/** Reads the rows twice: the first line names every key that any row has. */
async function* csvText(source: RowExport): AsyncGenerator<Uint8Array> {
  const columns = new CsvColumns();
  for await (const batch of source.batches()) columns.add(batch);
  yield csvHeader(columns, PLAIN);
  for await (const batch of source.batches()) yield csvOf(batch, columns, PLAIN);
}

const PLAIN = { guardFormulas: false };
