import type { DatasetStore } from '../../ports/index.js';
import type { RowReader } from '../../ports/index.js';
import { csvHeader, csvOf, CsvColumns } from './export-csv.js';
import { ndjsonOf } from './export-ndjson.js';
import { openRowExport, type RowExport } from './export-rows.js';

/** Reads the rows of runs as text. Rejects with a `DatasetError`, and so may what is read. */
export function rowReader(store: DatasetStore): RowReader {
  return {
    async read(dataset, { rows, format }, signal) {
      const source = await openRowExport(store, dataset, rows, signal);
      return rowsText(source, { format, columns: new CsvColumns(), guardFormulas: false });
    },
  };
}

export interface RowText {
  readonly format: 'ndjson' | 'csv';
  /** Of a CSV: has its columns once the first chunk is read. */
  readonly columns: CsvColumns;
  readonly guardFormulas: boolean;
}

/** Rows as text, a page at a time in memory. A CSV reads them twice: its first line names every key that any row has. */
export async function* rowsText(
  source: RowExport,
  { format, columns, guardFormulas }: RowText,
): AsyncGenerator<Uint8Array> {
  if (format === 'ndjson') {
    for await (const batch of source.batches()) yield ndjsonOf(batch);
    return;
  }
  for await (const batch of source.batches()) columns.add(batch);
  yield csvHeader(columns, { guardFormulas });
  for await (const batch of source.batches()) yield csvOf(batch, columns, { guardFormulas });
}
