import type { RowChoice } from '../../contract/row-choice.js';
import type { DatasetStore, RowReader } from '../../ports/index.js';
import { csvHeader, csvOf, CsvColumns } from './export-csv.js';
import { ndjsonOf } from './export-ndjson.js';
import { openRowExport, type RowBatch, type RowExport } from './export-rows.js';
import { typedRows } from './row-shapes.js';

/** Reads the rows of runs as text. Rejects with a `DatasetError`, and so may what is read. */
export function rowReader(store: DatasetStore): RowReader {
  return {
    async read(dataset, choice, signal) {
      const source = await openRowExport(store, dataset, choice.rows, signal);
      return rowsText(source, choice, new RowNotes());
    },
  };
}

/** What there is to say of rows that were written; whole once they are. */
export class RowNotes {
  /** Of a CSV. */
  readonly columns = new CsvColumns();
  /** Rows with a NUL or half of a surrogate pair in a text: escaped in NDJSON, U+FFFD in a CSV. */
  unstorable = 0;
  /** With `typed`: values of metrics that are a text and no number, and were left as they are. */
  texts = 0;
}

/** Rows as text, a page at a time in memory. A CSV reads them twice: its first line names every key that any row has. */
export async function* rowsText(
  source: RowExport,
  form: Omit<RowChoice, 'rows'>,
  notes: RowNotes,
): AsyncGenerator<Uint8Array> {
  const shaped = (batch: RowBatch): RowBatch =>
    form.typed ? typedRows(batch, form.metrics, () => (notes.texts += 1)) : batch;
  const onUnstorable = (): void => {
    notes.unstorable += 1;
  };
  if (form.format === 'ndjson') {
    for await (const batch of source.batches()) yield ndjsonOf(shaped(batch), onUnstorable);
    return;
  }
  // The keys are the same, typed or not.
  for await (const batch of source.batches()) notes.columns.add(batch);
  if (notes.columns.keys.length === 0) for (const key of form.columns ?? []) notes.columns.placeOf(key);
  yield csvHeader(notes.columns, form);
  for await (const batch of source.batches()) yield csvOf(shaped(batch), notes.columns, form, onUnstorable);
}
