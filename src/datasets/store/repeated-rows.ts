import { larger } from '../../pages/cell-builder.js';
import { DIGEST_WORDS } from '../../pages/row-digests.js';

/** Rows looked at in one go, 8 bytes each: a larger result is gone through several times, a share of the digests at a time. */
const ROWS_AT_ONCE = 1_000_000;
const FIRST_KEYS = 100_000;
const WORD_SIZE = 2 ** 32;
const KEY_BITS_OF_SECOND_WORD = 20;

/** The digests of a page's rows, read when they are needed. */
export type PageDigests = () => Promise<Uint32Array>;

/**
 * Rows that a page repeats, byte for byte, from a page before it. Rows that are alike on one page are the source's own
 * affair; a row that comes again with another page is how a changing order shows in pages that are asked for one by one.
 */
export async function countRepeatedRows(
  pages: readonly PageDigests[],
  rows: number,
  atOnce: number = ROWS_AT_ONCE,
): Promise<number> {
  if (pages.length < 2) return 0;
  const shares = Math.ceil(rows / atOnce);
  let repeated = 0;
  for (let share = 0; share < shares; share += 1) {
    const isInShare = (digests: Uint32Array, row: number): boolean =>
      Math.floor(((digests[row * DIGEST_WORDS] ?? 0) / WORD_SIZE) * shares) === share;
    const candidates = await keysThatMeet(pages, rows, isInShare);
    if (candidates.size > 0) repeated += await countOnLaterPages(pages, candidates);
  }
  return repeated;
}

/** Keys that more than one row has. A key is the first 52 bits of a digest: exact in a double, and sorted fast. */
async function keysThatMeet(
  pages: readonly PageDigests[],
  rows: number,
  isInShare: (digests: Uint32Array, row: number) => boolean,
): Promise<ReadonlySet<number>> {
  let keys = new Float64Array(Math.min(rows, FIRST_KEYS));
  let count = 0;
  for (const read of pages) {
    const digests = await read();
    for (let row = 0; row * DIGEST_WORDS < digests.length; row += 1) {
      if (!isInShare(digests, row)) continue;
      if (count === keys.length) keys = larger(keys, new Float64Array(count * 2));
      keys[count++] = keyOf(digests, row);
    }
  }
  const sorted = keys.subarray(0, count).sort();
  const meeting = new Set<number>();
  for (let at = 1; at < count; at += 1) if (sorted[at] === sorted[at - 1]) meeting.add(sorted[at] ?? NaN);
  return meeting;
}

async function countOnLaterPages(pages: readonly PageDigests[], candidates: ReadonlySet<number>): Promise<number> {
  const firstPages = new Map<string, number>();
  let repeated = 0;
  for (const [page, read] of pages.entries()) {
    const digests = await read();
    for (let row = 0; row * DIGEST_WORDS < digests.length; row += 1) {
      if (!candidates.has(keyOf(digests, row))) continue;
      const digest = digests.subarray(row * DIGEST_WORDS, (row + 1) * DIGEST_WORDS).join();
      const first = firstPages.get(digest);
      if (first === undefined) firstPages.set(digest, page);
      else if (first < page) repeated += 1;
    }
  }
  return repeated;
}

function keyOf(digests: Uint32Array, row: number): number {
  const first = row * DIGEST_WORDS;
  const low = (digests[first + 1] ?? 0) >>> (32 - KEY_BITS_OF_SECOND_WORD);
  return (digests[first] ?? 0) * 2 ** KEY_BITS_OF_SECOND_WORD + low;
}
