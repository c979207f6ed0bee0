import { setImmediate } from 'node:timers/promises';
import type { DatasetStore, RowPipeline, TransformInput } from '../activities/ports.js';
import type { Outliers, Sampling } from '../contract/result.js';
import { listed } from '../domain/completeness.js';
import { markOutliers } from '../domain/outliers.js';
import { evenSample } from '../domain/sampling.js';
import type { RowMultisetHash } from './content-hash.js';
import { contentHashOf, createRowMultisetHash } from './content-hash.js';
import type { ManifestPage } from './dataset-pages.js';
import { readDatasetManifest } from './dataset-pages.js';
import type { OutputManifest, OutputPart, OutputReport } from './output-manifest.js';
import { outputManifestBytes, parseOutputManifest } from './output-manifest.js';
import type { PartWriter } from './part-writer.js';
import { createPartWriter } from './part-writer.js';
import type { RowRanges } from './row-ranges.js';
import { scanRows } from './row-scan.js';

/**
 * Two passes over the pages. The first reads values; between the two it is decided which rows are delivered; the
 * second copies their bytes. No row is ever written anew, so no number is rounded and no key moves on its way.
 * The same dataset and input give the same output, byte for byte, on every attempt.
 */
export function createRowPipeline(store: DatasetStore): RowPipeline {
  let last: { sha256: string; manifest: OutputManifest } | undefined;

  return {
    async transform(input, signal, onProgress) {
      const { pages } = await readDatasetManifest(store, input.dataset, signal);
      const { ranges, columns, completeness, quality } = await scanRows(store, pages, input, signal, onProgress);

      const returned = input.dataset.rows;
      const { outliers, keep } = selectKept(input, columns, returned);
      const kept = input.processing.outliers === 'remove' ? returned - outliers.total : returned;
      const sampling = selectSample(keep, kept, input.processing.maxRows);
      const rows = { returned, kept, delivered: sampling.kept };

      const copy = { store, pages, ranges, keep, input, signal };
      const { parts, hash } = await copyRows(copy, () => {
        onProgress(returned);
      });
      const found = { rows, completeness, outliers, sampling, quality };
      const contentHash = contentHashOf(hash, found);
      const accuracyRate = returned === 0 ? 100 : (rows.delivered / returned) * 100;
      const report: OutputReport = { ...found, contentHash, accuracyRate };
      const manifest = await store.put(scopeOf(input), outputManifestBytes(parts, report), signal);
      return { ...report, manifest, parts: parts.length, completeness: listed(completeness) };
    },

    async partRows({ manifest: ref }, part, signal) {
      // Parts are asked for one after the other; the manifest of a large run names thousands.
      if (last?.sha256 !== ref.sha256) {
        last = { sha256: ref.sha256, manifest: parseOutputManifest(await store.get(ref, signal)) };
      }
      const found = last.manifest.parts[part];
      if (found === undefined) throw new RangeError(`there is no part ${part}`);
      return { json: await store.get(found.body, signal), count: found.rows };
    },
  };
}

const scopeOf = ({ runKey }: TransformInput): string => `runs/${runKey}`;

/** @returns `keep` one byte a row: 1 where it stays */
function selectKept(
  { processing }: TransformInput,
  columns: Parameters<typeof markOutliers>[0],
  rows: number,
): { outliers: Outliers; keep: Uint8Array } {
  const keep = new Uint8Array(rows).fill(1);
  const metrics = markOutliers(columns, keep);
  // What is flagged is what `remove` would have removed; it stays all the same.
  if (processing.outliers === 'flag') keep.fill(1);
  const total = metrics.reduce((sum, { outliers }) => sum + outliers, 0);
  return { outliers: { mode: processing.outliers, total, metrics }, keep };
}

/** Narrows `keep` to an exact, even sample. */
function selectSample(keep: Uint8Array, kept: number, maxRows: number): Sampling {
  const next = evenSample(kept, maxRows);
  for (let row = 0; row < keep.length; row += 1) {
    if (keep[row] === 1 && !next()) keep[row] = 0;
  }
  return { sampled: kept > maxRows, kept: Math.min(kept, maxRows), of: kept, maxRows };
}

interface Copy {
  readonly store: DatasetStore;
  readonly pages: readonly ManifestPage[];
  readonly ranges: RowRanges;
  readonly keep: Uint8Array;
  readonly input: TransformInput;
  readonly signal: AbortSignal;
}

async function copyRows(
  { store, pages, ranges, keep, input, signal }: Copy,
  onPage: () => void,
): Promise<{ parts: readonly OutputPart[]; hash: RowMultisetHash }> {
  const parts: OutputPart[] = [];
  const hash = createRowMultisetHash();
  const writer = createPartWriter(input.partLimits, async (json, rows) => {
    parts.push({ rows, body: await store.put(scopeOf(input), json, signal) });
  });
  let first = 0;
  for (const page of pages) {
    const end = first + page.rows;
    if (keep.subarray(first, end).includes(1)) {
      const { buffer, byteOffset, byteLength } = await store.get(page.body, signal);
      const body = Buffer.from(buffer, byteOffset, byteLength);
      for (let row = first; row < end; row += 1) {
        if (keep[row] === 1) await copyRow(body.subarray(ranges[row * 2], ranges[row * 2 + 1]), hash, writer);
      }
    }
    first = end;
    onPage();
    await setImmediate();
    signal.throwIfAborted();
  }
  await writer.finish();
  return { parts, hash };
}

async function copyRow(raw: Buffer, hash: RowMultisetHash, writer: PartWriter): Promise<void> {
  hash.add(raw);
  if (!writer.fits(raw)) await writer.flush();
  writer.add(raw);
}
