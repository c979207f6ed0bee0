import { z } from 'zod';
import type { Immutable } from '../../contract/values/immutable.js';
import { CLOSE_OBJECT, COLON, COMMA, JsonCursor, NotJson, OPEN_ARRAY, OPEN_OBJECT } from '../../pages/json-cursor.js';
import { atOnce } from '../../pages/pace.js';
import { RowsScan } from '../../pages/rows-scan.js';
import { DatasetError } from '../store/dataset-error.js';

const names = z.array(z.string());

/** What is needed of what a payload says besides its rows. */
const headSchema = z.object({
  summary: z.object({ isSample: z.boolean() }),
  report: z.object({ metrics: names, dimensions: names }),
});

export type PayloadHead = Immutable<z.output<typeof headSchema>>;

/** One part of a delivery, as it was or will be sent. */
export interface PayloadRows {
  readonly head: PayloadHead;
  /** Where each row lies in the payload, as the source sent it. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

const ROWS_KEY = 'metrics';
const NO_COLUMNS = { metrics: [], texts: [], others: [] };

/** Reads a payload from its bytes. Throws `DatasetError` `corrupt` for what is not one. */
export function payloadRows(payload: Uint8Array): PayloadRows {
  const cursor = new JsonCursor(payload);
  const fields = new Map<string, unknown>();
  let rows: Pick<PayloadRows, 'starts' | 'ends'> | undefined;
  try {
    cursor.sign(OPEN_OBJECT);
    for (let members = 0; cursor.next() !== CLOSE_OBJECT; members += 1) {
      if (members > 0) cursor.sign(COMMA);
      const keyStart = cursor.key();
      const key = cursor.text(keyStart, cursor.at);
      cursor.sign(COLON);
      if (key === ROWS_KEY && cursor.next() === OPEN_ARRAY) rows = rowPlaces(cursor);
      else fields.set(key, value(cursor));
    }
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
  }
  const head = headSchema.safeParse(Object.fromEntries(fields));
  if (rows && head.success) return { head: head.data, ...rows };
  throw new DatasetError('corrupt', 'A stored payload is not valid: it is not the JSON of a payload.');
}

function rowPlaces(cursor: JsonCursor): Pick<PayloadRows, 'starts' | 'ends'> {
  const scan = new RowsScan(cursor, NO_COLUMNS);
  atOnce(scan.read());
  const { starts, ends } = scan.columns();
  return { starts: Array.from(starts), ends: Array.from(ends) };
}

function value(cursor: JsonCursor): unknown {
  cursor.next();
  const start = cursor.at;
  cursor.skip();
  return JSON.parse(cursor.json.toString('utf8', start, cursor.at));
}
