import type { PageColumns } from './columns.js';

/** In JSON these characters can only be written as escapes; a page without such escapes needs no look at its rows. */
const ESCAPES = ['\\u0000', '\\ud', '\\uD'] as const;

const ESCAPED_BACKSLASH = /\\\\/g;
const NUL = '\\u0000';
const HIGH_ALONE = /\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])/;
const LOW_ALONE = /(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}/;

/** How many rows hold a NUL or half a surrogate pair: valid JSON, and refused by jsonb, Parquet and most databases. */
export function unstorableRows(page: Uint8Array, { rows, starts, ends }: PageColumns): number {
  const bytes = Buffer.from(page.buffer, page.byteOffset, page.byteLength);
  if (!ESCAPES.some((escape) => bytes.includes(escape))) return 0;
  let count = 0;
  for (let row = 0; row < rows; row += 1) {
    const text = bytes.toString('latin1', starts[row], ends[row]).replace(ESCAPED_BACKSLASH, '');
    if (text.includes(NUL) || HIGH_ALONE.test(text) || LOW_ALONE.test(text)) count += 1;
  }
  return count;
}
