import type { RowForm } from '../../contract/row-choice.js';
import { numberInText } from '../../domain/numeric.js';
import { LOWER_N, OPEN_ARRAY, OPEN_OBJECT, QUOTE, type JsonCursor } from '../../pages/json-cursor.js';
import type { RowBatch } from './export-rows.js';
import { eachField } from './row-fields.js';
import { storable } from './unstorable-text.js';

const LINE_END = '\r\n';
const BYTE_ORDER_MARK = '\u{FEFF}';
const SEPARATORS = { comma: ',', semicolon: ';', tab: '\t' } as const;
const NEEDS_QUOTES = {
  comma: /[",\r\n]|^$|^\s|\s$/,
  semicolon: /[";\r\n]|^$|^\s|\s$/,
  tab: /["\t\r\n]|^$|^\s|\s$/,
} as const;
/** What a spreadsheet takes for a formula; some read the full-width signs as the plain ones. */
const FORMULA = /^[=+\-@\t\r\n\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}]/u;

export type CsvOptions = Pick<RowForm, 'guardFormulas' | 'bom' | 'separator'>;

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
    eachField(batch, { placeOf: (key) => this.placeOf(key), visit: nothing, endRow: nothing });
  }
}

/** The first line; nothing where no row has a key. */
export function csvHeader({ keys }: CsvColumns, options: CsvOptions): Uint8Array {
  if (keys.length === 0) return new Uint8Array();
  const line = lineOf(
    keys.map((key) => textField(key, options)),
    options,
  );
  return Buffer.from(options.bom ? BYTE_ORDER_MARK + line : line);
}

/**
 * A line a row, as RFC 4180 has it: CRLF, and quotes where they are needed. A number is the source's own digits, an
 * object or array its JSON, an absent or null value an empty field, an empty text a pair of quotes. Of a key that a row
 * has twice the last value counts.
 */
export function csvOf(
  batch: RowBatch,
  columns: CsvColumns,
  options: CsvOptions,
  onUnstorable: () => void = nothing,
): Uint8Array {
  const line = new Array<string>(columns.keys.length).fill('');
  let text = '';
  let replaced = false;
  eachField(batch, {
    placeOf: (key) => columns.placeOf(key),
    visit(place, cursor, start) {
      line[place] = fieldOf(cursor, start, options, () => (replaced = true));
    },
    endRow() {
      text += lineOf(line, options);
      line.fill('');
      if (replaced) onUnstorable();
      replaced = false;
    },
  });
  return Buffer.from(text);
}

function fieldOf(cursor: JsonCursor, start: number, options: CsvOptions, onReplaced: () => void): string {
  const first = cursor.json[start];
  if (first === LOWER_N) return '';
  if (first === QUOTE) return textField(cursor.text(start, cursor.at), options, onReplaced);
  const raw = cursor.json.toString('utf8', start, cursor.at);
  return first === OPEN_OBJECT || first === OPEN_ARRAY ? quoted(raw.replaceAll(/[\r\n]+/g, ' '), options) : raw;
}

function textField(given: string, options: CsvOptions, onReplaced: () => void = nothing): string {
  const text = storable(given);
  if (text !== given) onReplaced();
  return quoted(options.guardFormulas && isFormula(text) ? `'${text}` : text, options);
}

/** A number in a text is a number to a spreadsheet, too, with its sign. */
function isFormula(text: string): boolean {
  return FORMULA.test(text) && (/^[\t\r\n]/.test(text) || Number.isNaN(numberInText(text)));
}

function quoted(text: string, { separator }: CsvOptions): string {
  return NEEDS_QUOTES[separator].test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const nothing = (): undefined => undefined;

function lineOf(fields: readonly string[], { separator }: CsvOptions): string {
  // A line without anything would be none to most readers.
  return (fields.join(SEPARATORS[separator]) || '""') + LINE_END;
}
