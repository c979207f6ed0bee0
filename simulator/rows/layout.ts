import { hashText, mix, uniform } from '../seeded.js';
import type { Bucket } from './buckets.js';
import type { DataSettings } from './settings.js';

/** Which rows a result has: where those of each bucket lie, and the number that each has within its bucket. */
export interface Layout {
  readonly total: number;
  /** Position of the bucket that a row is of. */
  bucketOf(row: number): number;
  /** The first row of a bucket; `total` behind the last one. */
  firstOf(bucket: number): number;
  /** Number of a row within its bucket: what its dimensions and values are drawn from. */
  numberOf(row: number, bucket: number): number;
}

/** Salts of what is provisional about a row. */
const LATE = hashText('late');
const REMOVED = hashText('removed');

/** Spreads the rows evenly over the buckets, then takes away what is late and adds what will be removed. */
export function layOut(rows: number, buckets: readonly Bucket[], settings: DataSettings): Layout {
  const settled = evenLayout(rows, buckets.length);
  const { late, removed } = settings;
  const provisional = late + removed > 0 && buckets.some((bucket) => bucket.provisional);
  return provisional ? provisionalLayout(settled, buckets, settings) : settled;
}

/** By arithmetic alone: millions of rows take no memory. */
function evenLayout(total: number, buckets: number): Layout {
  const firstOf = (bucket: number): number => Math.ceil((bucket * total) / buckets);
  return {
    total,
    bucketOf: (row) => Math.floor((row * buckets) / total),
    firstOf,
    numberOf: (row, bucket) => row - firstOf(bucket),
  };
}

/** Keeps a list of the rows of each bucket that is provisional. */
function provisionalLayout(settled: Layout, buckets: readonly Bucket[], settings: DataSettings): Layout {
  const firsts = [0];
  const lists = buckets.map((bucket, position) => {
    const count = settled.firstOf(position + 1) - settled.firstOf(position);
    const list = bucket.provisional ? provisionalNumbers(bucket, count, settings) : undefined;
    firsts.push((firsts[position] ?? 0) + (list?.length ?? count));
    return list;
  });
  const firstOf = (bucket: number): number => firsts[bucket] ?? 0;
  return {
    total: firstOf(buckets.length),
    bucketOf: (row) => lastAtMost(firsts, row),
    firstOf,
    numberOf: (row, bucket) => {
      const place = row - firstOf(bucket);
      return lists[bucket]?.[place] ?? place;
    },
  };
}

/** Those that are not late, then those that will go: numbers that no settled row has, and so dimensions of their own. */
function provisionalNumbers({ salt }: Bucket, count: number, { late, removed }: DataSettings): Uint32Array {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const drawn = (number: number, what: number): number => uniform(mix(mix(salt, number), what));
  const there = numbers.filter((number) => drawn(number, LATE) >= late);
  const going = numbers.filter((number) => drawn(number, REMOVED) < removed).map((number) => count + number);
  return Uint32Array.from([...there, ...going]);
}

/** Position of the last of some ascending numbers that is not above `value`. */
function lastAtMost(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((ascending[middle] ?? Infinity) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
