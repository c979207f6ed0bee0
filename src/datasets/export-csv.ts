import {
  CLOSE_OBJECT,
  COLON,
  COMMA,
  JsonCursor,
  LOWER_N,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from '../pages/json-cursor.js';
import type { RowBatch } from './export-rows.js';

const LINE_END = '\r\n';
const NEEDS_QUOTES = /[",\r\n]|^$|^\s|\s$/;
/** What a spreadsheet takes for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

export interface CsvOptions {
  /** A text that a spreadsheet would take for a formula gets a `'` in front. Numbers are left alone. */
  readonly guardFormulas: boolean;
}

/** The keys of rows in the order in which they are first seen: the columns. */
export class CsvColumns {
  readonly #places = new Map<string, number>();

  get keys(): readonly string[] {
    return [...this.#places.keys()];
  }

  placeOf(key: string): number | undefined {
    return this.#places.get(key);
  }

  add(batch: RowBatch): void {
    eachField(batch, (_row, key) => {
      if (!this.#places.has(key)) this.#places.set(key, this.#places.size);
    });
  }
}

/** The first line; nothing where no row has a key. */
export function csvHeader({ keys }: CsvColumns, { guardFormulas }: CsvOptions): Uint8Array {
  return keys.length === 0 ? Buffer.alloc(0) : lineOf(keys.map((key) => textField(key, guardFormulas)));
}

/**
 * A line a row, as RFC 4180 has it: CRLF, and quotes where they are needed. A number is the source's own digits, an
 * object or array its JSON, an absent or null value an empty field, an empty text a pair of quotes. Of a key that a row
 * has twice the last value counts.
 */
export function csvOf(batch: RowBatch, columns: CsvColumns, { guardFormulas }: CsvOptions): Uint8Array {
  const width = columns.keys.length;
  const lines = batch.starts.map(() => new Array<string>(width).fill(''));
  eachField(batch, (row, key, cursor, start) => {
    const line = lines[row];
    const place = columns.placeOf(key);
    if (line && place !== undefined) line[place] = fieldOf(cursor, start, guardFormulas);
  });
  return Buffer.concat(lines.map(lineOf));
}

/** @param visit called with the cursor behind the value, which begins at `start` */
function eachField(
  { body, starts, ends }: RowBatch,
  visit: (row: number, key: string, cursor: JsonCursor, start: number) => void,
): void {
  const cursor = new JsonCursor(body);
  for (let row = 0; row < starts.length; row += 1) {
    cursor.at = starts[row] ?? 0;
    cursor.sign(OPEN_OBJECT);
    while (cursor.next() !== CLOSE_OBJECT && cursor.at < (ends[row] ?? 0)) {
      if (cursor.next() === COMMA) cursor.at += 1;
      const keyStart = cursor.key();
      const key = cursor.text(keyStart, cursor.at);
      cursor.sign(COLON);
      cursor.next();
      const start = cursor.at;
      cursor.skip();
      visit(row, key, cursor, start);
    }
  }
}

function fieldOf(cursor: JsonCursor, start: number, guardFormulas: boolean): string {
  const first = cursor.json[start];
  if (first === LOWER_N) return '';
  if (first === QUOTE) return textField(cursor.text(start, cursor.at), guardFormulas);
  const raw = cursor.json.toString('utf8', start, cursor.at);
  return first === OPEN_OBJECT || first === OPEN_ARRAY ? quoted(raw.replaceAll(/[\r\n]+/g, ' ')) : raw;
}

function textField(text: string, guardFormulas: boolean): string {
  return quoted(guardFormulas && FORMULA.test(text) ? `'${text}` : text);
}

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function lineOf(fields: readonly string[]): Uint8Array {
  // A line without anything would be none to most readers.
  return Buffer.from((fields.join(',') || '""') + LINE_END);
}
