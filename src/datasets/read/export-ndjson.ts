import type { RowBatch } from './export-rows.js';

const LINE_END = Buffer.from('\n');
const BREAKS = /[\r\n]/g;

/** A line a row: the source's own bytes, but for breaks between its tokens, which are spaces here. */
export function ndjsonOf({ body, starts, ends }: RowBatch): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.concat(starts.flatMap((start, row) => [inOneLine(bytes.subarray(start, ends[row])), LINE_END]));
}

/** Inside a string JSON has no bare break, so every one may become a space. */
function inOneLine(row: Buffer): Buffer {
  if (!row.includes(0x0a) && !row.includes(0x0d)) return row;
  return Buffer.from(row.toString('latin1').replaceAll(BREAKS, ' '), 'latin1');
}
