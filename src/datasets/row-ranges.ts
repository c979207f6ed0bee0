/**
 * Finds the bytes of the rows in a page that `JSON.parse` has accepted. It decides nothing: on text that is not JSON
 * its answer means nothing. Bytes are UTF-8, where no byte of a longer character looks like one of JSON's own signs.
 */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const SPACE = 0x20;
const BYTE_ORDER_MARK = 0xef;
const BYTE_ORDER_MARK_BYTES = 3;

/** Start (inclusive) and end (exclusive) of every row, in order: `[start0, end0, start1, end1, …]`. */
export type RowRanges = Uint32Array;

/**
 * Byte ranges of the elements of the array under the top-level key `data`, without the white space around them. Where
 * a page has the key more than once the last one counts, as for `JSON.parse`; `"d\u0061ta"` is the same key.
 * @param rows how many `JSON.parse` found; undefined is returned where the scan finds another number
 */
export function findRowRanges(page: Uint8Array, rows: number): RowRanges | undefined {
  const json = Buffer.from(page.buffer, page.byteOffset, page.byteLength);
  const ranges = new Uint32Array(rows * 2);
  let found = -1;
  let at = skipSpace(json, json[0] === BYTE_ORDER_MARK ? BYTE_ORDER_MARK_BYTES : 0);
  if (json[at] !== OPEN_OBJECT) return undefined;
  at = skipSpace(json, at + 1);
  while (json[at] === QUOTE) {
    const keyEnd = endOfString(json, at);
    const isData = isDataKey(json, at, keyEnd);
    const value = skipSpace(json, skipSpace(json, keyEnd) + 1);
    if (isData) found = json[value] === OPEN_ARRAY ? collectElements(json, value, ranges) : -1;
    at = skipSpace(json, endOfValue(json, value));
    if (json[at] === COMMA) at = skipSpace(json, at + 1);
  }
  return found === rows ? ranges : undefined;
}

/** Writes the ranges of an array's elements; returns their number, also where `ranges` is too short for them; -1 where none can be. */
function collectElements(json: Buffer, array: number, ranges: RowRanges): number {
  let count = 0;
  let at = skipSpace(json, array + 1);
  while (at < json.length && json[at] !== CLOSE_ARRAY) {
    const end = endOfValue(json, at);
    if (end === at) return -1;
    ranges[count * 2] = at;
    ranges[count * 2 + 1] = end;
    count += 1;
    at = skipSpace(json, end);
    if (json[at] === COMMA) at = skipSpace(json, at + 1);
  }
  return count;
}

function isDataKey(json: Buffer, start: number, end: number): boolean {
  const token = json.toString('utf8', start, end);
  return token === '"data"' || (token.includes('\\') && JSON.parse(token) === 'data');
}

/** All of JSON's white space is at or below the space, and nothing else outside of strings is. */
function skipSpace(json: Buffer, from: number): number {
  let at = from;
  while (at < json.length && (json[at] ?? 0) <= SPACE) at += 1;
  return at;
}

function endOfString(json: Buffer, quote: number): number {
  let at = quote + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function endOfValue(json: Buffer, start: number): number {
  const first = json[start];
  if (first === QUOTE) return endOfString(json, start);
  if (first === OPEN_OBJECT || first === OPEN_ARRAY) return endOfContainer(json, start);
  let at = start;
  while (at < json.length && !endsScalar(json[at] ?? 0)) at += 1;
  return at;
}

function endsScalar(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT || byte <= SPACE;
}

/** Counts brackets instead of recursing: depth costs nothing. */
function endOfContainer(json: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const byte = json[at];
    if (byte === QUOTE) {
      at = endOfString(json, at);
      continue;
    }
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth -= 1;
    at += 1;
  } while (depth > 0 && at < json.length);
  return at;
}
