import { RollupCells } from './rollup-cells.js';

/** What is kept apart: buckets and dimension values; buckets; nothing. */
export type Grouping = 'dimensions' | 'buckets' | 'nothing';

/** Rows of one page, by number. */
export interface RollupRows {
  /** 1 for a row that counts. */
  readonly kept: Uint8Array;
  /** The bucket of each row. */
  readonly buckets: Int32Array;
  /** Of every dimension the number of each row's value, from 0: the same value has the same number on every page. */
  readonly dimensions: readonly Int32Array[];
  /** Of every metric each row's value, NaN where it has no number. */
  readonly values: readonly Float64Array[];
}

type RollupKeys = Pick<RollupRows, 'buckets' | 'dimensions'>;

export interface RollupGroupsOptions {
  readonly metrics: number;
  /** Its place among the metrics; -1 for none. */
  readonly weightMetric: number;
  readonly dimensions: number;
  /** Groups × metrics at most: above it the dimensions are given up, then the buckets. Memory is bounded by it. */
  readonly mostCells: number;
}

/** Numbers of values and buckets are below it, so that two of them are one safe integer. */
const NUMBERS = 2 ** 26;

/** Sums up rows, a page at a time, by bucket and dimension values. */
export class RollupGroups {
  readonly #options: RollupGroupsOptions;
  #grouping: Grouping = 'dimensions';
  #cells: RollupCells;
  /** From what a group shares with others so far, and its next number, to what it shares then; at last the group itself. */
  #next = new Map<number, number>();
  #nodes = 1;
  /** The numbers that a group stands for, group after group: its bucket, then its dimension values. */
  #keys: number[] = [];

  constructor(options: RollupGroupsOptions) {
    this.#options = options;
    this.#cells = new RollupCells(options.metrics, options.weightMetric);
  }

  get grouping(): Grouping {
    return this.#grouping;
  }

  get cells(): RollupCells {
    return this.#cells;
  }

  bucketOf(group: number): number | undefined {
    return this.#grouping === 'nothing' ? undefined : this.#keys[group * this.#keyLength];
  }

  /** Numbers of its dimension values; none once the dimensions were given up. */
  dimensionsOf(group: number): readonly number[] {
    const start = group * this.#keyLength;
    return this.#grouping === 'dimensions' ? this.#keys.slice(start + 1, start + this.#keyLength) : [];
  }

  add(rows: RollupRows): void {
    for (let row = 0; row < rows.kept.length; row += 1) {
      if (rows.kept[row] !== 1) continue;
      // First the group: to find it a place may put other cells in place of these.
      const group = this.#groupOf(rows, row);
      this.#cells.addRow(group, rows.values, row);
    }
  }

  get #keyLength(): number {
    if (this.#grouping === 'nothing') return 0;
    return this.#grouping === 'buckets' ? 1 : 1 + this.#options.dimensions;
  }

  #groupOf(keys: RollupKeys, row: number): number {
    const group = this.#find(keys, row);
    const isRoom = this.#cells.groups * this.#options.metrics <= this.#options.mostCells;
    if (isRoom || this.#grouping === 'nothing') return group;
    // It has just been made, and is empty: the row goes where the others of its kind go.
    this.#collapse();
    return this.#groupOf(keys, row);
  }

  #find(keys: RollupKeys, row: number): number {
    const length = this.#keyLength;
    if (length === 0) return this.#cells.groups === 0 ? this.#cells.addGroup() : 0;
    let node = 0;
    for (let place = 0; place < length; place += 1) {
      const key = node * NUMBERS + numberAt(keys, row, place) + 1;
      let next = this.#next.get(key);
      if (next === undefined) {
        next = place === length - 1 ? this.#addGroup(keys, row) : this.#nodes++;
        this.#next.set(key, next);
      }
      node = next;
    }
    return node;
  }

  #addGroup(keys: RollupKeys, row: number): number {
    for (let place = 0; place < this.#keyLength; place += 1) this.#keys.push(numberAt(keys, row, place));
    return this.#cells.addGroup();
  }

  /** Throws groups together that differ in what is given up only. What was summed up stays exact. */
  #collapse(): void {
    const cells = this.#cells;
    const groups = Array.from({ length: cells.groups }, (_, group) => group);
    const keys = { buckets: Int32Array.from(groups, (group) => this.bucketOf(group) ?? 0), dimensions: [] };
    this.#grouping = this.#grouping === 'dimensions' ? 'buckets' : 'nothing';
    this.#cells = new RollupCells(this.#options.metrics, this.#options.weightMetric);
    this.#next = new Map();
    this.#nodes = 1;
    this.#keys = [];
    for (const group of groups) {
      if (cells.rowsOf(group) > 0) this.#cells.addOther(this.#find(keys, group), cells, group);
    }
  }
}

/** A row's bucket, then its dimension values. */
function numberAt({ buckets, dimensions }: RollupKeys, row: number, place: number): number {
  return (place === 0 ? buckets[row] : dimensions[place - 1]?.[row]) ?? 0;
}
