import { canonicalJson } from '../../contract/json.js';
import { DIGEST_WORDS } from '../../pages/row-digests.js';
import { sha256Of } from '../blobs/blob-store.js';
import type { OutputReport } from '../store/output-manifest.js';

const WORD_SIZE = 2 ** 32;

/** This many words can be added up before a double no longer holds their sum exactly. */
const EXACT_SUMMANDS = 2 ** 20;

/**
 * Hash of a multiset of rows: the sum, modulo 2^128, of the digests of their bytes. The order in which the source lists
 * rows does not matter, how often it lists one does. A row that comes with other bytes is another row, also where only
 * its white space or the order of its keys differs: that costs a delivery that was not needed, and hides nothing.
 */
export interface RowMultisetHash {
  /** @param digests of the rows of a page, `row` among them */
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

/**
 * Hash of everything in the payload that is a number or a row. Of warnings their counts, not their wording: better
 * prose in a later version is no new revision of every window.
 */
export function contentHashOf(
  rowsHash: RowMultisetHash,
  { rows, completeness, outliers, sampling, quality, rollup }: Omit<OutputReport, 'contentHash' | 'accuracyRate'>,
): string {
  const warnings = quality.warnings.map(({ kind, key, count }) => ({ kind, key, count }));
  const content = { completeness, outliers, sampling, quality: { ...quality, warnings } };
  // It is made of rows that are hashed, unless some of them are not delivered.
  const unseen = sampling.sampled && rollup ? { rollup: rollup.table.sha256 } : {};
  return sha256Of(canonicalJson({ ...content, ...unseen, rows: rowsHash.hex(), summary: rows }));
}
