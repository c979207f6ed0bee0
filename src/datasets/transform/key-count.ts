import type { Stretches } from '../../pages/pace.js';
import { KEY_WORDS } from '../../pages/row-digests.js';

/** Counts rows that have the keys of another row, with 8 bytes a row. */
export interface KeyCount {
  /** @param keys of the rows of a page, as `digested` makes them */
  add(keys: Uint32Array): void;
  /** Rows that have the keys of a row before them. */
  repeated(): Stretches<number>;
}

/** Sorted in one go, a share of the keys at a time: to sort five million would hold up the process for half a second. */
const ROWS_A_SHARE = 100_000;

/** @param rows of all pages */
export function createKeyCount(rows: number): KeyCount {
  const all = new BigUint64Array(rows);
  const words = new Uint32Array(all.buffer);
  let next = 0;
  return {
    add(keys) {
      words.set(keys, next);
      next += keys.length;
    },
    *repeated() {
      const shares = Math.max(1, Math.ceil(rows / ROWS_A_SHARE));
      let repeated = 0;
      for (let share = 0; share < shares; share += 1) {
        repeated += repeatsIn(inShare(all, words, share, shares));
        yield;
      }
      return repeated;
    },
  };
}

/** Equal keys are in one share. */
function inShare(all: BigUint64Array, words: Uint32Array, share: number, shares: number): BigUint64Array {
  if (shares === 1) return all;
  const found: number[] = [];
  for (let row = 0; row < all.length; row += 1) {
    if ((words[row * KEY_WORDS] ?? 0) % shares === share) found.push(row);
  }
  return BigUint64Array.from(found, (row) => all[row] ?? 0n);
}

function repeatsIn(keys: BigUint64Array): number {
  keys.sort();
  const words = new Uint32Array(keys.buffer);
  let repeated = 0;
  for (let at = KEY_WORDS; at < words.length; at += KEY_WORDS) {
    if (words[at] === words[at - KEY_WORDS] && words[at + 1] === words[at - 1]) repeated += 1;
  }
  return repeated;
}
