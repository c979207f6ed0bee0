import type { Cell, TableColumn, TableReading } from '../../ports/index.js';
import { CONTAINER, MISSING, NULL, STRING, type PageColumns } from '../../pages/columns.js';
import { QUOTE } from '../../pages/json-cursor.js';
import type { RowBatch } from '../read/export-rows.js';
import { eachField } from '../read/row-fields.js';
import { storable } from '../read/unstorable-text.js';
import type { OutputManifest } from '../store/output-manifest.js';

/** A column, and the key that rows have its values under. */
export interface KeyedColumn extends TableColumn {
  readonly key: string;
  /** From a list of bits, and not from the row. */
  readonly ofBits?: true;
}

/** Spellings remembered; beyond it they are forgotten and read again. */
const REMEMBERED = 100_000;

interface Page {
  readonly cells: PageColumns;
  readonly body: Uint8Array;
  /** Rows of it that are wanted. */
  readonly selected: readonly number[];
}

/** Reads the values of columns, page by page. What was read once of a text is remembered. */
export class CellReaders {
  readonly #keys: NonNullable<OutputManifest['keys']>;
  readonly #reading: TableReading;
  readonly #dates = new Map<string, number | null>();
  readonly #texts = new Map<string, string | null>();

  constructor(keys: NonNullable<OutputManifest['keys']>, reading: TableReading) {
    this.#keys = keys;
    this.#reading = reading;
  }

  /** Of a column that the page has as one. */
  cellsOf({ key, type }: KeyedColumn, page: Page): readonly Cell[] {
    if (type === 'number') return numbersOf(key, page);
    if (key === this.#keys.dateKey) return this.#datesOf(key, page);
    return this.#textsOf(key, page);
  }

  /** Of columns whose values only the rows have: labels, and what nobody asked for. None of them costs nothing. */
  fieldsOf(batch: RowBatch, columns: readonly KeyedColumn[]): ReadonlyMap<string, readonly Cell[]> {
    const { dateKey, dimensions, metrics } = this.#keys;
    const inPage = new Set([dateKey, ...dimensions, ...metrics]);
    const wanted = columns.filter(({ key, ofBits }) => !ofBits && !inPage.has(key));
    const values = wanted.map(() => new Array<Cell>(batch.starts.length).fill(null));
    if (wanted.length === 0) return new Map();
    const body = Buffer.from(batch.body.buffer, batch.body.byteOffset, batch.body.byteLength);
    let row = 0;
    eachField(batch, {
      placeOf: (key) => wanted.findIndex((column) => column.key === key),
      visit: (place, cursor, start) => {
        const column = values[place];
        if (column === undefined) return;
        const raw = body.toString('latin1', start, cursor.at);
        column[row] = wanted[place]?.type === 'text' ? this.#textOf(raw) : jsonOf(body, start, cursor.at);
      },
      endRow: () => {
        row += 1;
      },
    });
    return new Map(wanted.map(({ key }, index) => [key, values[index] ?? []]));
  }

  #datesOf(key: string, { cells, selected }: Page): readonly Cell[] {
    const column = cells.texts.get(key);
    if (column === undefined) return selected.map(() => null);
    const { kinds, indexes, texts } = column;
    const dates = texts.map((text) => this.#dateOf(text));
    return selected.map((row) => (kinds[row] === STRING ? (dates[indexes[row] ?? 0] ?? null) : null));
  }

  #dateOf(text: string): number | null {
    const known = this.#dates.get(text);
    if (known !== undefined) return known;
    const date = this.#reading.dateOf(text);
    if (this.#dates.size >= REMEMBERED) this.#dates.clear();
    this.#dates.set(text, date);
    return date;
  }

  #textsOf(key: string, { cells, body, selected }: Page): readonly Cell[] {
    const column = cells.others.get(key);
    if (column === undefined) return selected.map(() => null);
    const { kinds, starts, ends } = column;
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    return selected.map((row) => {
      if (kinds[row] === MISSING || kinds[row] === NULL) return null;
      // One character a byte: no decoding, and different bytes never look alike.
      return this.#textOf(bytes.toString('latin1', starts[row], ends[row]), kinds[row] === CONTAINER);
    });
  }

  /** A text as it is; a number by its digits, however many; an object or array as its JSON. */
  #textOf(raw: string, isContainer = raw.startsWith('{') || raw.startsWith('[')): string | null {
    const known = this.#texts.get(raw);
    if (known !== undefined) return known;
    const token = Buffer.from(raw, 'latin1');
    const json = token.toString();
    const isText = token[0] === QUOTE && !isContainer;
    // A token of a page that was scanned: the text of a string.
    const text = json === 'null' ? null : isText ? storable(JSON.parse(json) as string) : json;
    if (this.#texts.size >= REMEMBERED) this.#texts.clear();
    this.#texts.set(raw, text);
    return text;
  }
}

function numbersOf(key: string, { cells, selected }: Page): readonly Cell[] {
  const values = cells.metrics.get(key)?.values;
  return selected.map((row) => {
    const value = values?.[row] ?? NaN;
    return Number.isNaN(value) ? null : value;
  });
}

function jsonOf(body: Buffer, start: number, end: number): string | null {
  const json = body.toString('utf8', start, end);
  return json === 'null' ? null : json;
}
