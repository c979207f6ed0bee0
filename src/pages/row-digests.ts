import { hash } from 'node:crypto';
import type { PageColumns, ScannedColumns } from './columns.js';
import { ContentWriter } from './content-writer.js';
import { unstorableRows } from './unstorable-text.js';

/** Of 32 bits each. Half of a SHA-256: no two rows that differ have the same digest. */
export const DIGEST_WORDS = 4;

const WORD_CHARACTERS = 4;

/** The columns of a page, and what each row hashes to. */
export interface DigestedColumns extends PageColumns {
  /** {@link DIGEST_WORDS} a row, the highest first, of the SHA-256 of the row's bytes. */
  readonly digests: Uint32Array;
  /** The same of what was asked for: date, dimensions and metrics by their values, whatever bytes they came in. */
  readonly contents: Uint32Array;
  /** Rows whose text other stores refuse. */
  readonly unstorable: number;
}

/** @param page the bytes that the columns are of */
export function digested(page: Uint8Array, { verbatim, ...columns }: ScannedColumns): DigestedColumns {
  const { rows, starts, ends } = columns;
  const digests = new Uint32Array(rows * DIGEST_WORDS);
  const contents = new Uint32Array(rows * DIGEST_WORDS);
  const content = new ContentWriter(page, { ...columns, verbatim });
  for (let row = 0; row < rows; row += 1) {
    putDigest(digests, row, page.subarray(starts[row], ends[row]));
    putDigest(contents, row, content.ofRow(row));
  }
  return { ...columns, digests, contents, unstorable: unstorableRows(page, columns) };
}

function putDigest(digests: Uint32Array, row: number, bytes: Uint8Array): void {
  // One character a byte: a string costs half of what a buffer does.
  const digest = hash('sha256', bytes, 'binary');
  for (let word = 0; word < DIGEST_WORDS; word += 1) {
    digests[row * DIGEST_WORDS + word] = wordAt(digest, word * WORD_CHARACTERS);
  }
}

function wordAt(digest: string, at: number): number {
  const high = (digest.charCodeAt(at) << 8) | digest.charCodeAt(at + 1);
  return (high << 16) | (digest.charCodeAt(at + 2) << 8) | digest.charCodeAt(at + 3);
}
