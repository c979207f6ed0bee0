import { KEY_WORDS } from '../../pages/row-digests.js';

/** Counts rows that have the keys of another row, with 8 bytes a row. */
export interface KeyCount {
  /** @param keys of the rows of a page, as `digested` makes them */
  add(keys: Uint32Array): void;
  /** Rows that have the keys of a row before them. Once, after the last page. */
  repeated(): number;
}

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
    repeated() {
      all.sort();
      let repeated = 0;
      for (let at = KEY_WORDS; at < words.length; at += KEY_WORDS) {
        if (words[at] === words[at - KEY_WORDS] && words[at + 1] === words[at - 1]) repeated += 1;
      }
      return repeated;
    },
  };
}
