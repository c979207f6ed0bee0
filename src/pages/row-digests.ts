import { hash } from 'node:crypto';
import type { PageColumns, ScannedColumns } from './columns.js';
import { ContentWriter } from './content-writer.js';
import { atOnce, ROWS_A_STRETCH, type Stretches } from './pace.js';
import { unstorableRows } from './unstorable-text.js';

/** Of 32 bits each. Half of a SHA-256: no two rows that differ have the same digest. */
export const DIGEST_WORDS = 4;

/** Of 32 bits each: enough to count equal keys among millions of rows, at a tenth of what a SHA-256 costs. */
export const KEY_WORDS = 2;

const WORD_CHARACTERS = 4;

/** The columns of a page, and what each row hashes to. */
export interface DigestedColumns extends PageColumns {
  /** {@link DIGEST_WORDS} a row, the highest first, of the SHA-256 of the row's bytes. */
  readonly digests: Uint32Array;
  /** The same of what was asked for: date, dimensions and metrics by their values, whatever bytes they came in. */
  readonly contents: Uint32Array;
  /** {@link KEY_WORDS} a row: the date and dimensions alone. Rows that differ in them hardly ever have the same. */
  readonly keys: Uint32Array;
  /** Rows whose text other stores refuse. */
  readonly unstorable: number;
}

/** @param page the bytes that the columns are of */
export function digested(page: Uint8Array, columns: ScannedColumns): DigestedColumns {
  return atOnce(digesting(page, columns));
}

/** The same in stretches. */
export function* digesting(page: Uint8Array, { verbatim, ...columns }: ScannedColumns): Stretches<DigestedColumns> {
  const { rows, starts, ends } = columns;
  const digests = new Uint32Array(rows * DIGEST_WORDS);
  const contents = new Uint32Array(rows * DIGEST_WORDS);
  const keys = new Uint32Array(rows * KEY_WORDS);
  const writer = new ContentWriter(page, { ...columns, verbatim });
  for (let row = 0; row < rows; row += 1) {
    putDigest(digests, row, page.subarray(starts[row], ends[row]));
    const written = writer.ofRow(row);
    putDigest(contents, row, written.content);
    putKey(keys, row, written.keys);
    if (row % ROWS_A_STRETCH === 0) yield;
  }
  return { ...columns, digests, contents, keys, unstorable: unstorableRows(page, columns) };
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

/** Two FNV-1a of 32 bits each, from different beginnings, each mixed once more (the end of MurmurHash3). */
function putKey(keys: Uint32Array, row: number, bytes: Uint8Array): void {
  let [first, second] = [0x811c9dc5, 0x9747b28c];
  for (const byte of bytes) {
    first = Math.imul(first ^ byte, 0x01000193);
    second = Math.imul(second ^ byte, 0x5bd1e995);
    second ^= second >>> 15;
  }
  keys[row * KEY_WORDS] = mixed(first);
  keys[row * KEY_WORDS + 1] = mixed(second);
}

function mixed(word: number): number {
  const half = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return whole ^ (whole >>> 16);
}
