import type { Cell, RowTable, TableColumn } from '../../../ports/index.js';
import { plainValue } from './cell-text.js';

/** A line a row, each with every column. A field that nobody asked for is the JSON that the source sent. */
export async function* ndjsonFile(table: RowTable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { columns, constants } = table;
  const names = columns.map(({ name }) => JSON.stringify(name));
  const ours = constants.map((column) => `${JSON.stringify(column.name)}:${json(column.value, column)}`).join(',');
  for await (const { rows, cells } of table.batches(signal)) {
    let text = '';
    for (let row = 0; row < rows; row += 1) {
      const own = columns.map((column, index) => `${names[index]}:${json(cells[index]?.[row] ?? null, column)},`);
      text += `{${own.join('')}${ours}}\n`;
    }
    if (rows > 0) yield Buffer.from(text);
  }
}

function json(value: Cell, { type }: TableColumn): string {
  // Breaks between its tokens would end the line; inside a text JSON has none.
  if (type === 'json' && typeof value === 'string') return value.replaceAll(/[\r\n]/g, ' ');
  return JSON.stringify(plainValue(value, type));
}
