import type { RowExport } from '../../datasets/read/export-rows.js';
import { eachField } from '../../datasets/read/row-fields.js';
import { storable } from '../../datasets/read/unstorable-text.js';
import { FORMATS } from '../../destinations/files/formats/formats.js';
import { numberInText } from '../../domain/numeric.js';
import type { Cell, TableBatch, TableColumn } from '../../ports/index.js';

/** Rows as a Parquet file: metrics as doubles, everything else as text. Reads them twice: a file says its columns first. */
export async function* parquetOf(
  source: Pick<RowExport, 'batches'>,
  { metrics, columns: asked }: { readonly metrics: readonly string[]; readonly columns: readonly string[] },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const keys = new Map<string, number>();
  const placeOf = (key: string): number => {
    const place = keys.get(key) ?? keys.size;
    keys.set(key, place);
    return place;
  };
  const nothing = (): undefined => undefined;
  for await (const batch of source.batches()) eachField(batch, { placeOf, visit: nothing, endRow: nothing });
  if (keys.size === 0) for (const key of asked) placeOf(key);
  const columns = [...keys.keys()].map((name): TableColumn => ({
    name,
    type: metrics.includes(name) ? 'number' : 'text',
  }));
  async function* batches(): AsyncGenerator<TableBatch> {
    for await (const batch of source.batches()) {
      const rows = batch.starts.length;
      const cells = columns.map(() => new Array<Cell>(rows).fill(null));
      let row = 0;
      eachField(batch, {
        placeOf: (key) => keys.get(key) ?? -1,
        visit: (place, cursor, start) => {
          const column = cells[place];
          if (column) column[row] = cellOf(cursor.verbatim(start), columns[place]?.type === 'number');
        },
        endRow: () => {
          row += 1;
        },
      });
      yield { rows, cells };
    }
  }
  yield* FORMATS.parquet({ rows: 0, columns, constants: [], batches }, signal);
}

/** @param json one value, as the source sent it */
function cellOf(json: string, isMetric: boolean): Cell {
  if (json === 'null') return null;
  const text = json.startsWith('"') ? storable(JSON.parse(json) as string) : json;
  if (!isMetric) return text;
  const number = numberInText(text);
  return Number.isNaN(number) ? null : number;
}
