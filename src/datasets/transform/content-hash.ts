import { DIGEST_WORDS } from '../../pages/row-digests.js';
import { sha256Of } from '../blobs/blob-store.js';

const WORD_SIZE = 2 ** 32;

/** Words that can be added up before a double no longer holds their sum exactly. */
const EXACT_SUMMANDS = 2 ** 20;

/**
 * Hash of a multiset of rows: the sum, modulo 2^128, of their digests. The order in which the source lists rows does not
 * matter, how often it lists one does.
 */
export interface RowMultisetHash {
  /** @param digests of the rows of a page, `row` among them: of their bytes, or of what was asked for */
  add(digests: Uint32Array, row: number): void;
  /** 32 hex digits. */
  hex(): string;
}

export function createRowMultisetHash(): RowMultisetHash {
  /** Digits to the base 2^32, the highest first; they may be larger than the base until they are carried. */
  const sum = new Float64Array(DIGEST_WORDS);
  let summands = 0;
  return {
    add(digests, row) {
      const first = row * DIGEST_WORDS;
      for (let word = 0; word < DIGEST_WORDS; word += 1) {
        sum[word] = (sum[word] ?? 0) + (digests[first + word] ?? 0);
      }
      summands += 1;
      if (summands % EXACT_SUMMANDS === 0) carry(sum);
    },
    hex() {
      carry(sum);
      return Array.from(sum, (word) => word.toString(16).padStart(8, '0')).join('');
    },
  };
}

/** Brings every digit below the base; what the highest one carries is dropped. */
function carry(sum: Float64Array): void {
  let carried = 0;
  for (let word = DIGEST_WORDS - 1; word >= 0; word -= 1) {
    const total = (sum[word] ?? 0) + carried;
    sum[word] = total % WORD_SIZE;
    carried = Math.floor(total / WORD_SIZE);
  }
}

/** Raised when a row hashes otherwise: the next reading of every window is then a new revision, once. */
const CONTENT_VERSION = 1;

/** 64 hex digits for a set of rows, by the sum of what they hash to. */
export function hashOfRows(rows: RowMultisetHash): string {
  return sha256Of(`${CONTENT_VERSION}\n${rows.hex()}`);
}
