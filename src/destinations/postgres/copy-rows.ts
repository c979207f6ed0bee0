import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import type { Cell, RowTable, TableColumn } from '../../ports/index.js';
import { quoted, sqlOf, type TableName } from './client.js';

const DAY_MS = 86_400_000;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
/** Rows of one chunk: a page may have many. */
const CHUNK_ROWS = 5_000;

/** Copies the rows into the table, as fast as it takes them. */
export async function copyRows(client: Client, table: TableName, rows: RowTable, signal: AbortSignal): Promise<void> {
  // Nobody else pays for it.
  const { from } = await import('pg-copy-streams');
  const names = [...rows.columns, ...rows.constants].map(({ name }) => quoted(name)).join(', ');
  const into = client.query(from(`COPY ${sqlOf(table)} (${names}) FROM STDIN`));
  await pipeline(Readable.from(copyText(rows, signal), { objectMode: true }), into, { signal });
}

/** The rows in the text format of COPY. */
async function* copyText({ columns, constants, batches }: RowTable, signal: AbortSignal): AsyncGenerator<Buffer> {
  const ours = constants.map((column) => `\t${field(column.value, column)}`).join('') + '\n';
  for await (const { rows, cells } of batches(signal)) {
    for (let first = 0; first < rows; first += CHUNK_ROWS) {
      let text = '';
      for (let row = first; row < Math.min(rows, first + CHUNK_ROWS); row += 1) {
        text += columns.map((column, index) => field(cells[index]?.[row] ?? null, column)).join('\t') + ours;
      }
      yield Buffer.from(text);
    }
  }
}

function field(value: Cell, { type }: TableColumn): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return value.replaceAll(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (type === 'date') return new Date(value * DAY_MS).toISOString().slice(0, 10);
  return type === 'instant' ? new Date(value).toISOString() : String(value);
}
