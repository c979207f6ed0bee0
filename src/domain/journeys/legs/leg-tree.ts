import type { LegTable } from './leg-table.js';

/** Legs by what they hang on. */
export interface LegTree {
  /** Of each leg the row of the root of its journey; -1 for a leg that is in none. */
  readonly roots: Int32Array;
  /** Legs that are there a second time; of a contact the record that ends later counts. */
  readonly duplicates: number;
  /** Rings of masters: none of these legs has a root. */
  readonly cycles: number;
  /** 1 for a record that another one of the same contact replaced. */
  readonly replaced: Uint8Array;
}

const NONE = -1;
const UNKNOWN = -2;
const ON_PATH = -3;

/**
 * Follows the masters of every leg. A leg is in the journey of its master if it begins within the horizon of the root:
 * `[start, start + horizon)`. What hangs on a leg outside is outside, too, else it would depend on how far was read.
 * @param horizonMs of the journey with the root at that row
 */
export function growTree(legs: LegTable, horizonMs: (root: number) => number): LegTree {
  const { rowOf, replaced, duplicates } = indexContacts(legs);
  const roots = new Int32Array(legs.count).fill(UNKNOWN);
  const path: number[] = [];
  let cycles = 0;

  const climb = (from: number): number => {
    let at = from;
    while (at !== NONE && roots[at] === UNKNOWN) {
      const master = rowOf(legs.masters.high(at), legs.masters.low(at));
      if (master === at) return (roots[at] = at);
      roots[at] = ON_PATH;
      path.push(at);
      at = master;
    }
    if (roots[at] === ON_PATH) cycles += 1;
    return Math.max(NONE, roots[at] ?? NONE);
  };

  for (let row = 0; row < legs.count; row += 1) {
    if (replaced[row] === 1) roots[row] = NONE;
    if (roots[row] !== UNKNOWN) continue;
    let root = climb(row);
    for (let leg = path.pop(); leg !== undefined; leg = path.pop()) {
      const late = root === NONE ? NONE : legs.start(leg) - legs.start(root);
      root = late >= 0 && late < horizonMs(root) ? root : NONE;
      roots[leg] = root;
    }
  }
  return { roots, duplicates, cycles, replaced };
}

interface ContactIndex {
  /** Row of a contact; -1 where it is not there. */
  readonly rowOf: (high: number, low: number) => number;
  readonly replaced: Uint8Array;
  readonly duplicates: number;
}

/** Where each contact is. An open hash table of rows: a `Map` of a million ids would take more memory than all the columns. */
export function indexContacts(legs: LegTable): ContactIndex {
  const { contacts, count } = legs;
  const size = 2 ** Math.ceil(Math.log2(Math.max(count, 1) * 2));
  const slots = new Int32Array(size).fill(NONE);
  const replaced = new Uint8Array(count);
  let duplicates = 0;

  const slotOf = (high: number, low: number): number => {
    let slot = hash(high, low) & (size - 1);
    for (;;) {
      const row = slots[slot] ?? NONE;
      if (row === NONE || (contacts.low(row) === low && contacts.high(row) === high)) return slot;
      slot = (slot + 1) & (size - 1);
    }
  };

  for (let row = 0; row < count; row += 1) {
    const slot = slotOf(contacts.high(row), contacts.low(row));
    const before = slots[slot] ?? NONE;
    const isLater = before === NONE || legs.end(row) >= legs.end(before);
    if (before !== NONE) {
      duplicates += 1;
      replaced[isLater ? before : row] = 1;
    }
    if (isLater) slots[slot] = row;
  }
  return { rowOf: (high, low) => slots[slotOf(high, low)] ?? NONE, replaced, duplicates };
}

function hash(high: number, low: number): number {
  let mixed = Math.imul(low ^ Math.imul(high | 0, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
