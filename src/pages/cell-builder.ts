import { canonicalDecimal } from '../domain/decimal.js';
import {
  CONTAINER,
  NULL,
  NUMBER,
  NUMERIC_STRING,
  OTHER,
  ROUNDED,
  STRING,
  type MetricCells,
  type TextCells,
  type TokenCells,
} from './columns.js';
import { LOWER_N, OPEN_ARRAY, OPEN_OBJECT, QUOTE, type JsonCursor } from './json-cursor.js';
import { isNumberStart } from './json-number.js';
import { TokenChain } from './token-chain.js';

/** Reads the value that the cursor stands at, for a row. A later value of the same row takes the place of the first. */
export interface ValueReader {
  read(cursor: JsonCursor, row: number): void;
}

/** Takes in the values of one key, a row at a time. */
export interface CellBuilder<Cells> extends ValueReader {
  grow(rows: number): void;
  cells(rows: number): Cells;
  /** By row: values that the cells do not tell from every other value, as the page has them. */
  readonly verbatim: ReadonlyMap<number, string>;
}

/** For the keys that nobody asked for. */
export const skipValue: ValueReader = {
  read(cursor) {
    cursor.skip();
  },
};

/** For a key that is asked for in several ways. */
export function readForEach(readers: readonly ValueReader[]): ValueReader {
  return {
    read(cursor, row) {
      const start = cursor.at;
      for (const reader of readers) {
        cursor.at = start;
        reader.read(cursor, row);
      }
    },
  };
}

export class MetricBuilder implements CellBuilder<MetricCells> {
  #kinds: Uint8Array;
  #values: Float64Array;
  readonly verbatim = new Map<number, string>();

  constructor(rows: number) {
    this.#kinds = new Uint8Array(rows);
    this.#values = new Float64Array(rows).fill(NaN);
  }

  read(cursor: JsonCursor, row: number): void {
    cursor.next();
    const start = cursor.at;
    let kind = kindOf(cursor);
    let value = NaN;
    if (kind === NUMBER) value = cursor.numberFrom(start);
    else if (kind === STRING) {
      value = cursor.numberInText(start);
      if (!Number.isNaN(value)) kind = NUMERIC_STRING;
    }
    if (this.verbatim.size > 0) this.verbatim.delete(row);
    if (kind !== NULL && (Number.isNaN(value) || !cursor.isPlainNumber)) kind = this.#keep(cursor, start, row, kind);
    this.#kinds[row] = kind;
    this.#values[row] = value;
  }

  /** Keeps a value that is no number, or one that its double does not tell from others; returns its kind. */
  #keep(cursor: JsonCursor, start: number, row: number, kind: number): number {
    const isNumber = kind === NUMBER || kind === NUMERIC_STRING;
    const decimal = kind === NUMERIC_STRING ? cursor.text(start, cursor.at) : cursor.verbatim(start);
    const canonical = isNumber ? canonicalDecimal(decimal) : undefined;
    if (canonical !== undefined && canonical === canonicalDecimal(String(Number(decimal)))) return kind;
    this.verbatim.set(row, canonical ?? cursor.verbatim(start));
    return isNumber ? ROUNDED : kind;
  }

  grow(rows: number): void {
    this.#kinds = larger(this.#kinds, new Uint8Array(rows));
    this.#values = larger(this.#values, new Float64Array(rows).fill(NaN));
  }

  cells(rows: number): MetricCells {
    return { kinds: this.#kinds.subarray(0, rows), values: this.#values.subarray(0, rows) };
  }
}

export class TextBuilder implements CellBuilder<TextCells> {
  #kinds: Uint8Array;
  #indexes: Uint32Array;
  readonly #texts: string[] = [];
  readonly verbatim = new Map<number, string>();
  readonly #known = new TokenChain<number>();

  constructor(rows: number) {
    this.#kinds = new Uint8Array(rows);
    this.#indexes = new Uint32Array(rows);
  }

  read(cursor: JsonCursor, row: number): void {
    cursor.next();
    const start = cursor.at;
    let index = this.#known.guess(cursor);
    const kind = index === undefined ? kindOf(cursor) : STRING;
    if (kind === STRING) {
      index ??= this.#known.learn(cursor, start, () => this.#texts.push(cursor.text(start, cursor.at)) - 1);
      this.#indexes[row] = index;
    }
    if (this.verbatim.size > 0) this.verbatim.delete(row);
    if (kind !== STRING && kind !== NULL) this.verbatim.set(row, cursor.verbatim(start));
    this.#kinds[row] = kind;
  }

  grow(rows: number): void {
    this.#kinds = larger(this.#kinds, new Uint8Array(rows));
    this.#indexes = larger(this.#indexes, new Uint32Array(rows));
  }

  cells(rows: number): TextCells {
    return { kinds: this.#kinds.subarray(0, rows), indexes: this.#indexes.subarray(0, rows), texts: this.#texts };
  }
}

export class TokenBuilder implements CellBuilder<TokenCells> {
  /** The cells say where every value stands. */
  readonly verbatim = new Map<number, string>();
  #kinds: Uint8Array;
  #starts: Uint32Array;
  #ends: Uint32Array;

  constructor(rows: number) {
    this.#kinds = new Uint8Array(rows);
    this.#starts = new Uint32Array(rows);
    this.#ends = new Uint32Array(rows);
  }

  read(cursor: JsonCursor, row: number): void {
    cursor.next();
    this.#starts[row] = cursor.at;
    this.#kinds[row] = kindOf(cursor);
    this.#ends[row] = cursor.at;
  }

  grow(rows: number): void {
    this.#kinds = larger(this.#kinds, new Uint8Array(rows));
    this.#starts = larger(this.#starts, new Uint32Array(rows));
    this.#ends = larger(this.#ends, new Uint32Array(rows));
  }

  cells(rows: number): TokenCells {
    return {
      kinds: this.#kinds.subarray(0, rows),
      starts: this.#starts.subarray(0, rows),
      ends: this.#ends.subarray(0, rows),
    };
  }
}

/** Reads the value that begins at the cursor, and says what it is. */
function kindOf(cursor: JsonCursor): number {
  const start = cursor.at;
  const byte = cursor.json[start] ?? 0;
  cursor.skip();
  if (byte === QUOTE) return STRING;
  if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) return CONTAINER;
  if (isNumberStart(byte)) return Number.isFinite(cursor.numberFrom(start)) ? NUMBER : OTHER;
  return byte === LOWER_N ? NULL : OTHER;
}

/** Fills the old values into `empty`, a larger array, and returns that. */
export function larger<T extends Uint8Array | Uint32Array | Float64Array>(old: T, empty: T): T {
  empty.set(old);
  return empty;
}
