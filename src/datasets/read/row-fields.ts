import { CLOSE_OBJECT, COLON, COMMA, JsonCursor, OPEN_OBJECT } from '../../pages/json-cursor.js';
import { TokenChain } from '../../pages/token-chain.js';
import type { RowBatch } from './export-rows.js';

/** What is done with the fields of rows. */
export interface FieldVisitor {
  /** The number of a key; asked once for keys that follow one another in the same order in every row. */
  placeOf(key: string): number;
  /** Called with the cursor behind the value, which begins at `start`. */
  visit(place: number, cursor: JsonCursor, start: number): void;
  /** Called behind the last value of a row. */
  endRow(row: number): void;
}

/** Walks over every field of every row; of what is inside of a value it sees nothing. */
export function eachField({ body, starts, ends }: RowBatch, visitor: FieldVisitor): void {
  const cursor = new JsonCursor(body);
  const keys = new TokenChain<number>();
  for (let row = 0; row < starts.length; row += 1) {
    keys.restart();
    cursor.at = starts[row] ?? 0;
    cursor.sign(OPEN_OBJECT);
    while (cursor.next() !== CLOSE_OBJECT && cursor.at < (ends[row] ?? 0)) {
      if (cursor.next() === COMMA) cursor.at += 1;
      const place = placeAt(cursor, keys, visitor);
      cursor.sign(COLON);
      cursor.next();
      const start = cursor.at;
      cursor.skip();
      visitor.visit(place, cursor, start);
    }
    visitor.endRow(row);
  }
}

/** Reads a key. Rows that are alike have the same ones in the same order. */
function placeAt(cursor: JsonCursor, keys: TokenChain<number>, visitor: FieldVisitor): number {
  cursor.next();
  const guessed = keys.guess(cursor);
  if (guessed !== undefined) return guessed;
  const start = cursor.key();
  return keys.learn(cursor, start, () => visitor.placeOf(cursor.text(start, cursor.at)));
}
