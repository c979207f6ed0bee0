import {
  CONTAINER,
  MISSING,
  NULL,
  NUMBER,
  NUMERIC_STRING,
  STRING,
  type MetricCells,
  type ScannedColumns,
  type TextCells,
  type TokenCells,
} from './columns.js';

/** A value that is written out follows, as the length of its text and the text. Other tags are kinds of columns.ts. */
const WRITTEN = 255;
const BACKSLASH = 0x5c;
const FIRST_BYTES = 4_096;
const NOTHING: ReadonlyMap<number, string> = new Map();

/** Writes one field of a row. */
type FieldWriter = (row: number) => void;

/**
 * A row as what was asked for, one byte sequence for one content: numbers by their decimal value, texts by what they
 * say; date and dimensions first, then metrics, each in the order of their names. Absent and null differ. A field nobody asked for is not in it.
 */
export class ContentWriter {
  readonly #page: Buffer;
  readonly #keys: readonly FieldWriter[];
  readonly #metrics: readonly FieldWriter[];
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

  /** @param page the bytes that the columns are of, just scanned */
  constructor(page: Uint8Array, { metrics, texts, others, verbatim }: ScannedColumns) {
    this.#page = Buffer.from(page.buffer, page.byteOffset, page.byteLength);
    this.#keys = inOrder([
      ...[...texts].map(([key, cells]) => ({ key, write: this.#text(cells, verbatim.texts.get(key)) })),
      ...[...others].map(([key, cells]) => ({ key, write: this.#token(cells) })),
    ]);
    this.#metrics = inOrder(
      [...metrics].map(([key, cells]) => ({ key, write: this.#metric(cells, verbatim.metrics.get(key)) })),
    );
  }

  /** The whole row, and its beginning: date and dimensions. Good until the next row. */
  ofRow(row: number): { readonly content: Uint8Array; readonly keys: Uint8Array } {
    this.#at = 0;
    for (const write of this.#keys) write(row);
    const keys = this.#at;
    for (const write of this.#metrics) write(row);
    return { content: this.#bytes.subarray(0, this.#at), keys: this.#bytes.subarray(0, keys) };
  }

  #metric({ kinds, values }: MetricCells, verbatim = NOTHING): FieldWriter {
    return (row) => {
      const written = verbatim.size === 0 ? undefined : verbatim.get(row);
      const kind = kinds[row] ?? MISSING;
      if (written !== undefined) this.#written(kind, Buffer.from(written));
      else if (kind === MISSING || kind === NULL) this.#tag(kind);
      else {
        // A number in a string is that number; so is minus zero zero.
        this.#tag(kind === NUMERIC_STRING ? NUMBER : kind);
        this.#room(8);
        this.#at = this.#bytes.writeDoubleLE((values[row] ?? NaN) + 0, this.#at);
      }
    };
  }

  #text({ kinds, indexes, texts }: TextCells, verbatim = NOTHING): FieldWriter {
    const encoded = texts.map((text) => Buffer.from(text, 'utf8'));
    return (row) => {
      const kind = kinds[row] ?? MISSING;
      const text = kind === STRING ? encoded[indexes[row] ?? 0] : verbatim.get(row);
      if (text === undefined) this.#tag(kind);
      else this.#written(kind, typeof text === 'string' ? Buffer.from(text) : text);
    };
  }

  /** Dimensions compare as text: the number 7 and the text "7" are one. */
  #token({ kinds, starts, ends }: TokenCells): FieldWriter {
    return (row) => {
      const kind = kinds[row] ?? MISSING;
      if (kind === MISSING || kind === NULL) this.#tag(kind);
      else {
        const token = this.#page.subarray(starts[row], ends[row]);
        this.#written(kind === CONTAINER ? kind : STRING, kind === STRING ? textIn(token) : token);
      }
    };
  }

  #written(kind: number, text: Buffer): void {
    this.#room(text.length + 6);
    this.#tag(WRITTEN);
    this.#tag(kind);
    this.#at = this.#bytes.writeUInt32LE(text.length, this.#at);
    this.#at += text.copy(this.#bytes, this.#at);
  }

  #tag(tag: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = tag;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe((this.#at + bytes) * 2);
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

function inOrder(fields: readonly { readonly key: string; readonly write: FieldWriter }[]): readonly FieldWriter[] {
  return [...fields].sort((left, right) => (left.key < right.key ? -1 : 1)).map(({ write }) => write);
}

/** What a string says, in UTF-8. Half a surrogate pair stays as it is escaped: UTF-8 has no bytes for it. */
function textIn(token: Buffer): Buffer {
  const inside = token.subarray(1, -1);
  if (!inside.includes(BACKSLASH)) return inside;
  const text = String(JSON.parse(token.toString('utf8')));
  const bytes = Buffer.from(text);
  return bytes.toString() === text ? bytes : Buffer.from(JSON.stringify(text));
}
