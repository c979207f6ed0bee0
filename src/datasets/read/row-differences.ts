import type { CompareMode } from '../../contract/closed-sets.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { Quality } from '../../contract/result/result.js';
import { pageKeysOf } from '../../pages/requested-keys.js';
import { DIGEST_WORDS, KEY_WORDS } from '../../pages/row-digests.js';
import type { DatasetStore, RowDifferences } from '../../ports/index.js';
import { NO_KEYS, readColumns, readDatasetManifest } from '../store/dataset-pages.js';
import { parseOutputManifest, type OutputManifest } from '../store/output-manifest.js';
import { inTurn, placed } from '../store/page-walk.js';
import { hasBit } from '../store/row-bits.js';

/** Differing rows that are paired by their keys. Of more, each counts for itself. */
const PAIRED_MOST = 100_000;
/** Warnings of what a reading should not have had. */
const DEFECTS = new Set<string>(['repeated-rows', 'repeated-keys']);

type Store = Pick<DatasetStore, 'get'>;

/**
 * How many kept rows of two readings of the same window differ: rows that came, went or changed, by what was asked for or
 * by their bytes. In memory are 8 bytes a row, and the rows that differ.
 */
export async function countDifferences(
  store: Store,
  { before, after, compare }: { readonly before: BlobRef; readonly after: BlobRef; readonly compare: CompareMode },
  signal: AbortSignal,
): Promise<RowDifferences> {
  const [old, recent] = [
    parseOutputManifest(await store.get(before, signal)),
    parseOutputManifest(await store.get(after, signal)),
  ];
  const rowsOf = (manifest: OutputManifest): AsyncIterable<KeptRow> => keptRows(store, manifest, compare, signal);
  const [gone, come] = surplus(await sortedContents(old, rowsOf(old)), await sortedContents(recent, rowsOf(recent)));
  const repaired = Math.max(0, defectsIn(old) - defectsIn(recent));
  if (sum(gone) + sum(come) > PAIRED_MOST) return { rows: Math.max(sum(gone), sum(come)), repaired };
  const wentBy = await byKey(rowsOf(old), gone);
  const cameBy = await byKey(rowsOf(recent), come);
  const keys = new Set([...wentBy.keys(), ...cameBy.keys()]);
  const differing = [...keys].map((key) => Math.max(wentBy.get(key) ?? 0, cameBy.get(key) ?? 0));
  return { rows: differing.reduce((total, each) => total + each, 0), repaired };
}

interface KeptRow {
  readonly key: bigint;
  readonly content: bigint;
}

async function* keptRows(
  store: Store,
  { dataset, selection, kept = selection, keys }: OutputManifest,
  compare: CompareMode,
  signal: AbortSignal,
): AsyncGenerator<KeptRow> {
  const { pages } = await readDatasetManifest(store, dataset, signal);
  const bits = await store.get(kept, signal);
  const wanted = keys ? pageKeysOf(keys) : NO_KEYS;
  const read = inTurn(
    placed(pages),
    async (page) => ({ columns: await readColumns(store, page, wanted, signal) }),
    signal,
  );
  for await (const { page, columns } of read) {
    const contents = compare === 'row' || !keys ? columns.digests : columns.contents;
    for (let row = 0; row < page.rows; row += 1) {
      if (!hasBit(bits, page.first + row)) continue;
      yield { key: wordsAt(columns.keys, row * KEY_WORDS), content: wordsAt(contents, row * DIGEST_WORDS) };
    }
  }
}

/** 64 bits of a digest: two rows that differ hardly ever have the same. */
function wordsAt(words: Uint32Array, at: number): bigint {
  return (BigInt(words[at] ?? 0) << 32n) | BigInt(words[at + 1] ?? 0);
}

async function sortedContents({ dataset }: OutputManifest, rows: AsyncIterable<KeptRow>): Promise<BigUint64Array> {
  const contents = new BigUint64Array(dataset.rows);
  let count = 0;
  for await (const { content } of rows) contents[count++] = content;
  return contents.subarray(0, count).sort();
}

/** What is more often in the one, and what in the other. */
function surplus(
  one: BigUint64Array,
  other: BigUint64Array,
): readonly [ReadonlyMap<bigint, number>, ReadonlyMap<bigint, number>] {
  const [left, right] = [new Map<bigint, number>(), new Map<bigint, number>()];
  const add = (to: Map<bigint, number>, value: bigint): void => void to.set(value, (to.get(value) ?? 0) + 1);
  let [at, there] = [0, 0];
  for (;;) {
    const [mine, theirs] = [one[at], other[there]];
    if (mine === undefined && theirs === undefined) return [left, right];
    if (mine !== undefined && mine === theirs) {
      at += 1;
      there += 1;
    } else if (theirs === undefined || (mine !== undefined && mine < theirs)) {
      add(left, mine ?? 0n);
      at += 1;
    } else {
      add(right, theirs);
      there += 1;
    }
  }
}

/** How many of these rows each key has. */
async function byKey(
  rows: AsyncIterable<KeptRow>,
  wanted: ReadonlyMap<bigint, number>,
): Promise<ReadonlyMap<bigint, number>> {
  const left = new Map(wanted);
  const counts = new Map<bigint, number>();
  if (left.size === 0) return counts;
  for await (const { key, content } of rows) {
    const more = left.get(content) ?? 0;
    if (more === 0) continue;
    left.set(content, more - 1);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function sum(counts: ReadonlyMap<bigint, number>): number {
  return [...counts.values()].reduce((total, each) => total + each, 0);
}

function defectsIn({ report }: OutputManifest): number {
  const { warnings } = report['quality'] as Quality; // As it was written: see `rollupIn`.
  return warnings.filter(({ kind }) => DEFECTS.has(kind)).reduce((total, { count }) => total + count, 0);
}
