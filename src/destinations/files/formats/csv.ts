import type { Cell, RowTable, TableColumn } from '../../../ports/index.js';
import { plainValue } from './cell-text.js';

const NEEDS_QUOTES = /[",\r\n]|^$|^\s|\s$/;

/** RFC 4180, with a line feed at the end of a line: no value is an empty field, an empty text a pair of quotes. */
export async function* csvFile(table: RowTable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { columns, constants } = table;
  yield Buffer.from(`${[...columns, ...constants].map(({ name }) => field(name)).join(',')}\n`);
  const ours = constants.map((column) => `,${cell(column.value, column)}`).join('');
  for await (const { rows, cells } of table.batches(signal)) {
    let text = '';
    for (let row = 0; row < rows; row += 1) {
      text += columns.map((column, index) => cell(cells[index]?.[row] ?? null, column)).join(',') + ours + '\n';
    }
    if (rows > 0) yield Buffer.from(text);
  }
}

function cell(value: Cell, { type }: TableColumn): string {
  const plain = plainValue(value, type);
  if (plain === null) return '';
  return typeof plain === 'string' ? field(plain) : String(plain);
}

function field(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
