import {
  MetricBuilder,
  TextBuilder,
  TokenBuilder,
  larger,
  readForEach,
  skipValue,
  type CellBuilder,
  type ValueReader,
} from './cell-builder.js';
import type { MetricCells, ScannedColumns, TextCells, TokenCells, VerbatimValues } from './columns.js';
import { CLOSE_ARRAY, CLOSE_OBJECT, COLON, COMMA, NotJson, OPEN_OBJECT, type JsonCursor } from './json-cursor.js';
import { FieldNotes } from './field-notes.js';
import { ROWS_A_STRETCH, type Stretches } from './pace.js';
import { TokenChain } from './token-chain.js';

/** What of the rows is wanted as columns. A key may be wanted in more than one way. */
export interface PageKeys {
  /** Keys whose values are wanted as numbers. */
  readonly metrics: readonly string[];
  /** Keys whose values are wanted as texts: the date. */
  readonly texts: readonly string[];
  /** Keys of which it is wanted what their values are, and where: the dimensions. */
  readonly others: readonly string[];
}

type Builders<Cells> = ReadonlyMap<string, CellBuilder<Cells>>;

const FIRST_ROWS = 1024;

/** Reads the array of rows that the cursor stands at, into columns. */
export class RowsScan {
  readonly #cursor: JsonCursor;
  readonly #metrics: Builders<MetricCells>;
  readonly #texts: Builders<TextCells>;
  readonly #others: Builders<TokenCells>;
  /** A key with what stands around it: all between two values, so that rows that are alike cost a comparison a key. */
  readonly #keys = new TokenChain<ValueReader>();
  readonly #fields = new FieldNotes();
  #starts = new Uint32Array(FIRST_ROWS);
  #ends = new Uint32Array(FIRST_ROWS);
  #rows = 0;
  /** Elements that are no objects. */
  nonObjectRows = 0;

  constructor(cursor: JsonCursor, { metrics, texts, others }: PageKeys) {
    this.#cursor = cursor;
    this.#metrics = new Map(metrics.map((key) => [key, new MetricBuilder(FIRST_ROWS)]));
    this.#texts = new Map(texts.map((key) => [key, new TextBuilder(FIRST_ROWS)]));
    this.#others = new Map(others.map((key) => [key, new TokenBuilder(FIRST_ROWS)]));
  }

  *read(): Stretches<void> {
    const cursor = this.#cursor;
    cursor.at += 1;
    if (cursor.next() === CLOSE_ARRAY) {
      cursor.at += 1;
      return;
    }
    for (;;) {
      this.#element(cursor.next());
      if (this.#rows % ROWS_A_STRETCH === 0) yield;
      const byte = cursor.next();
      cursor.at += 1;
      if (byte === CLOSE_ARRAY) return;
      if (byte !== COMMA) throw new NotJson();
    }
  }

  columns(): ScannedColumns {
    const rows = this.#rows;
    const metrics = cellsOf(this.#metrics, rows);
    return {
      rows,
      starts: this.#starts.subarray(0, rows),
      ends: this.#ends.subarray(0, rows),
      metrics,
      texts: cellsOf(this.#texts, rows),
      others: cellsOf(this.#others, rows),
      fields: this.#fields.fields(metrics),
      verbatim: { metrics: verbatimOf(this.#metrics), texts: verbatimOf(this.#texts) },
    };
  }

  #element(first: number): void {
    const cursor = this.#cursor;
    if (this.#rows === this.#starts.length) this.#grow(this.#rows * 2);
    this.#starts[this.#rows] = cursor.at;
    if (first === OPEN_OBJECT) this.#row();
    else {
      this.nonObjectRows += 1;
      cursor.skip();
    }
    this.#ends[this.#rows] = cursor.at;
    this.#rows += 1;
  }

  #row(): void {
    const cursor = this.#cursor;
    cursor.at += 1;
    this.#keys.restart();
    for (let place = 0; ; place += 1) {
      const reader = this.#keys.guess(cursor) ?? this.#key(place > 0);
      if (reader === undefined) break;
      reader.read(cursor, this.#rows);
    }
    cursor.at += 1;
  }

  /** Reads up to the next value, and returns who reads that; undefined at the end of the row. */
  #key(hasValues: boolean): ValueReader | undefined {
    const cursor = this.#cursor;
    const start = cursor.at;
    if (cursor.next() === CLOSE_OBJECT) return undefined;
    if (hasValues) cursor.sign(COMMA);
    const keyStart = cursor.key();
    const keyEnd = cursor.at;
    cursor.sign(COLON);
    cursor.next();
    return this.#keys.learn(cursor, start, () => this.#readerOf(cursor.text(keyStart, keyEnd)));
  }

  #readerOf(key: string): ValueReader {
    const wanted = this.#builders().flatMap((builders) => builders.get(key) ?? []);
    return this.#fields.noting(key, wanted.length > 1 ? readForEach(wanted) : (wanted[0] ?? skipValue));
  }

  #grow(rows: number): void {
    this.#starts = larger(this.#starts, new Uint32Array(rows));
    this.#ends = larger(this.#ends, new Uint32Array(rows));
    for (const builder of this.#builders().flatMap((builders) => [...builders.values()])) builder.grow(rows);
  }

  #builders(): readonly Builders<unknown>[] {
    return [this.#metrics, this.#texts, this.#others];
  }
}

function cellsOf<Cells>(builders: Builders<Cells>, rows: number): ReadonlyMap<string, Cells> {
  return new Map([...builders].map(([key, builder]) => [key, builder.cells(rows)]));
}

function verbatimOf(builders: Builders<unknown>): VerbatimValues {
  return new Map([...builders].map(([key, { verbatim }]) => [key, verbatim]));
}
