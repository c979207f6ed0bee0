import { hash } from 'node:crypto';
import type { PageColumns } from './columns.js';

/** Of 32 bits each. Half of a SHA-256: no two rows that differ have the same digest. */
export const DIGEST_WORDS = 4;

const WORD_CHARACTERS = 4;

/** The columns of a page, and what each row hashes to. */
export interface DigestedColumns extends PageColumns {
  /** {@link DIGEST_WORDS} a row, the highest first, of the SHA-256 of the row's bytes. */
  readonly digests: Uint32Array;
}

/** @param page the bytes that the columns are of */
export function digested(page: Uint8Array, columns: PageColumns): DigestedColumns {
  const { rows, starts, ends } = columns;
  const digests = new Uint32Array(rows * DIGEST_WORDS);
  for (let row = 0; row < rows; row += 1) {
    // One character a byte: a string costs half of what a buffer does.
    const digest = hash('sha256', page.subarray(starts[row], ends[row]), 'binary');
    for (let word = 0; word < DIGEST_WORDS; word += 1) {
      digests[row * DIGEST_WORDS + word] = wordAt(digest, word * WORD_CHARACTERS);
    }
  }
  return { ...columns, digests };
}

function wordAt(digest: string, at: number): number {
  const high = (digest.charCodeAt(at) << 8) | digest.charCodeAt(at + 1);
  return (high << 16) | (digest.charCodeAt(at + 2) << 8) | digest.charCodeAt(at + 3);
}
