import {
  CLOSE_OBJECT,
  COLON,
  COMMA,
  JsonCursor,
  LOWER_N,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from '../../pages/json-cursor.js';
import { TokenChain } from '../../pages/token-chain.js';
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

  /** A key that was not seen before gets the next place. */
  placeOf(key: string): number {
    const place = this.#places.get(key) ?? this.#places.size;
    this.#places.set(key, place);
    return place;
  }

  add(batch: RowBatch): void {
    eachField(batch, this, nothing, nothing);
  }
}

/** The first line; nothing where no row has a key. */
export function csvHeader({ keys }: CsvColumns, { guardFormulas }: CsvOptions): Uint8Array {
  return Buffer.from(keys.length === 0 ? '' : lineOf(keys.map((key) => textField(key, guardFormulas))));
}

/**
 * A line a row, as RFC 4180 has it: CRLF, and quotes where they are needed. A number is the source's own digits, an
 * object or array its JSON, an absent or null value an empty field, an empty text a pair of quotes. Of a key that a row
 * has twice the last value counts.
 */
export function csvOf(batch: RowBatch, columns: CsvColumns, { guardFormulas }: CsvOptions): Uint8Array {
  const line = new Array<string>(columns.keys.length).fill('');
  let text = '';
  eachField(
    batch,
    columns,
    (place, cursor, start) => {
      line[place] = fieldOf(cursor, start, guardFormulas);
    },
    () => {
      text += lineOf(line);
      line.fill('');
    },
  );
  return Buffer.from(text);
}

/**
 * @param visit called with the cursor behind the value, which begins at `start`
 * @param endRow called behind the last value of a row
 */
function eachField(
  { body, starts, ends }: RowBatch,
  columns: CsvColumns,
  visit: (place: number, cursor: JsonCursor, start: number) => void,
  endRow: () => void,
): void {
  const cursor = new JsonCursor(body);
  const keys = new TokenChain<number>();
  for (let row = 0; row < starts.length; row += 1) {
    keys.restart();
    cursor.at = starts[row] ?? 0;
    cursor.sign(OPEN_OBJECT);
    while (cursor.next() !== CLOSE_OBJECT && cursor.at < (ends[row] ?? 0)) {
      if (cursor.next() === COMMA) cursor.at += 1;
      const place = placeAt(cursor, keys, columns);
      cursor.sign(COLON);
      cursor.next();
      const start = cursor.at;
      cursor.skip();
      visit(place, cursor, start);
    }
    endRow();
  }
}

/** Reads a key. Rows that are alike have the same ones in the same order. */
function placeAt(cursor: JsonCursor, keys: TokenChain<number>, columns: CsvColumns): number {
  cursor.next();
  const guessed = keys.guess(cursor);
  if (guessed !== undefined) return guessed;
  const start = cursor.key();
  return keys.learn(cursor, start, () => columns.placeOf(cursor.text(start, cursor.at)));
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

const nothing = (): undefined => undefined;

function lineOf(fields: readonly string[]): string {
  // A line without anything would be none to most readers.
  return (fields.join(',') || '""') + LINE_END;
}
