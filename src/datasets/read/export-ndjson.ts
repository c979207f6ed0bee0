import type { RowBatch } from './export-rows.js';
import { hasUnstorable } from './unstorable-text.js';

const LINE_END = Buffer.from('\n');
const BREAKS = /[\r\n]/g;

/**
 * A line a row: the source's own bytes, but for breaks between its tokens, which are spaces here.
 * @param onUnstorable called for each row with a text that many stores refuse
 */
export function ndjsonOf({ body, starts, ends }: RowBatch, onUnstorable?: () => void): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (onUnstorable && bytes.includes('\\u')) {
    for (const [row, start] of starts.entries()) {
      if (hasUnstorable(bytes.toString('latin1', start, ends[row]))) onUnstorable();
    }
  }
  return Buffer.concat(starts.flatMap((start, row) => [inOneLine(bytes.subarray(start, ends[row])), LINE_END]));
}

/** Inside a string JSON has no bare break, so every one may become a space. */
function inOneLine(row: Buffer): Buffer {
  if (!row.includes(0x0a) && !row.includes(0x0d)) return row;
  return Buffer.from(row.toString('latin1').replaceAll(BREAKS, ' '), 'latin1');
}
