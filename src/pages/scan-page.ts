import { isUtf8 } from 'node:buffer';
import type { ScannedColumns } from './columns.js';
import { CLOSE_OBJECT, COLON, COMMA, JsonCursor, NotJson, OPEN_ARRAY, OPEN_OBJECT } from './json-cursor.js';
import { atOnce, type Stretches } from './pace.js';
import { RowsScan, type PageKeys } from './rows-scan.js';

/** A `Set` of names, or a rule. */
export interface EnvelopeKeys {
  has(key: string): boolean;
}

export interface ScannedPage {
  /** The document's own fields beside `data`, those that are asked for. */
  readonly envelope: Readonly<Record<string, unknown>>;
  /** Undefined where `data` is absent or no array. */
  readonly columns: ScannedColumns | undefined;
  /** Elements of `data` that are no objects. */
  readonly nonObjectRows: number;
}

/**
 * Reads a page of a result from its bytes, once, without making objects of its rows. Strict: what `JSON.parse` rejects
 * is undefined, and every value is the one of `JSON.parse` (test/unit/scan-page*.test.ts hold it against that).
 * Undefined, too, for JSON that is no object.
 * @param envelopeKeys fields of the document, beside `data`, to return
 */
export function scanPage(page: Uint8Array, keys: PageKeys, envelopeKeys: EnvelopeKeys): ScannedPage | undefined {
  return atOnce(scanningPage(page, keys, envelopeKeys));
}

/** The same in stretches. */
export function* scanningPage(
  page: Uint8Array,
  keys: PageKeys,
  envelopeKeys: EnvelopeKeys,
): Stretches<ScannedPage | undefined> {
  if (!isUtf8(page)) return undefined;
  const scan = new PageScan(page, keys, envelopeKeys);
  try {
    return (yield* scan.read()) ? scan.result() : undefined;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

class PageScan {
  readonly #cursor: JsonCursor;
  readonly #keys: PageKeys;
  readonly #envelopeKeys: EnvelopeKeys;
  readonly #envelope = new Map<string, unknown>();
  #rows: RowsScan | undefined;

  constructor(page: Uint8Array, keys: PageKeys, envelopeKeys: EnvelopeKeys) {
    this.#cursor = new JsonCursor(page);
    this.#keys = keys;
    this.#envelopeKeys = envelopeKeys;
  }

  /** False for JSON that is no object. */
  *read(): Stretches<boolean> {
    const cursor = this.#cursor;
    const isObject = cursor.next() === OPEN_OBJECT;
    if (isObject) yield* this.#members();
    else cursor.skip();
    cursor.next();
    if (cursor.at < cursor.json.length) throw new NotJson();
    return isObject;
  }

  result(): ScannedPage {
    // `fromEntries` makes a field of every key, `__proto__` among them.
    const envelope = Object.fromEntries(this.#envelope);
    return { envelope, columns: this.#rows?.columns(), nonObjectRows: this.#rows?.nonObjectRows ?? 0 };
  }

  *#members(): Stretches<void> {
    const cursor = this.#cursor;
    cursor.at += 1;
    for (let members = 0; cursor.next() !== CLOSE_OBJECT; members += 1) {
      if (members > 0) cursor.sign(COMMA);
      const start = cursor.key();
      const key = cursor.text(start, cursor.at);
      cursor.sign(COLON);
      if (key === 'data') yield* this.#data();
      else this.#field(key);
    }
    cursor.at += 1;
  }

  /** Of two the last one counts, whatever it is. */
  *#data(): Stretches<void> {
    const isArray = this.#cursor.next() === OPEN_ARRAY;
    this.#rows = isArray ? new RowsScan(this.#cursor, this.#keys) : undefined;
    if (this.#rows) yield* this.#rows.read();
    else this.#cursor.skip();
  }

  #field(key: string): void {
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.skip();
    if (!this.#envelopeKeys.has(key)) return;
    this.#envelope.set(key, JSON.parse(cursor.json.toString('utf8', start, cursor.at)));
  }
}
