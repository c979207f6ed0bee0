import type { FieldCells, FieldType, MetricCells } from './columns.js';
import { STRING } from './columns.js';
import type { ValueReader } from './cell-builder.js';
import { LOWER_N, OPEN_ARRAY, OPEN_OBJECT, QUOTE, type JsonCursor } from './json-cursor.js';
import { isNumberStart } from './json-number.js';

/** A report has dozens of fields. What has more has data in its keys, and of that nothing is remembered. */
const FIELDS_MOST = 1_000;
const NAME_MOST = 200;

/** Notes, beside their readers, which fields rows have and of which type their values are. */
export class FieldNotes {
  readonly #notes = new Map<string, FieldNote>();

  /** The reader of a field, which takes its notes as well. */
  noting(name: string, reader: ValueReader): ValueReader {
    let note = this.#notes.get(name);
    if (note === undefined) {
      if (this.#notes.size >= FIELDS_MOST || name.length > NAME_MOST) return reader;
      this.#notes.set(name, (note = new FieldNote()));
    }
    return note.reading(reader);
  }

  /** @param metrics a text under one of these is a number where it holds one */
  fields(metrics: ReadonlyMap<string, MetricCells>): ReadonlyMap<string, FieldCells> {
    return new Map(
      [...this.#notes].map(([name, { rows, types }]) => {
        const kinds = metrics.get(name)?.kinds;
        const onlyNumbers = kinds !== undefined && types.has('text') && !kinds.includes(STRING);
        const found = onlyNumbers ? new Set([...types].map((type) => (type === 'text' ? 'number' : type))) : types;
        return [name, { rows, types: [...found].sort() }];
      }),
    );
  }
}

class FieldNote {
  readonly types = new Set<FieldType>();
  rows = 0;
  #lastRow = -1;
  #lastType: FieldType | undefined;

  reading(reader: ValueReader): ValueReader {
    return {
      read: (cursor, row) => {
        this.#note(typeAt(cursor), row);
        reader.read(cursor, row);
      },
    };
  }

  #note(type: FieldType | undefined, row: number): void {
    if (row !== this.#lastRow) this.rows += 1;
    this.#lastRow = row;
    if (type === undefined || type === this.#lastType) return;
    this.#lastType = type;
    this.types.add(type);
  }
}

/** Undefined for null. */
function typeAt(cursor: JsonCursor): FieldType | undefined {
  const byte = cursor.next();
  if (byte === QUOTE) return 'text';
  if (byte === LOWER_N) return undefined;
  if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) return 'json';
  return isNumberStart(byte) ? 'number' : 'boolean';
}
