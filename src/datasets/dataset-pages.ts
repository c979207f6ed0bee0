import type { DatasetRef } from '../contract/dataset.js';
import type { DatasetStore } from '../activities/ports.js';
import { fieldOf } from '../domain/row-verification.js';
import { DatasetError } from './dataset-error.js';
import type { DatasetManifest } from './manifest.js';
import { parseDatasetManifest } from './manifest.js';
import type { RowRanges } from './row-ranges.js';
import { findRowRanges } from './row-ranges.js';

export type ManifestPage = DatasetManifest['pages'][number];

/** Reads the manifest of a dataset and holds it against the reference. */
export async function readDatasetManifest(
  store: DatasetStore,
  ref: DatasetRef,
  signal: AbortSignal,
): Promise<DatasetManifest> {
  const manifest = parseDatasetManifest(await store.get(ref.manifest, signal));
  const rows = manifest.pages.reduce((sum, page) => sum + page.rows, 0);
  if (rows === ref.rows && manifest.rows === rows && manifest.pages.length === ref.pages) return manifest;
  throw new DatasetError('corrupt', 'The manifest of the dataset does not list the pages and rows it was sealed with.');
}

export interface PageRows {
  /** As `JSON.parse` has them. */
  readonly rows: readonly unknown[];
  /** Where the bytes of each are. */
  readonly ranges: RowRanges;
}

/** The rows of one page, as values and as bytes. `JSON.parse` decides what is accepted and what a value is. */
export function readPageRows(body: Uint8Array, { index, rows: expected }: ManifestPage): PageRows {
  const rows = fieldOf(parsed(body, index), 'data');
  if (!Array.isArray(rows)) throw new DatasetError('malformed', `Page ${index} of the result has no array "data".`);
  const ranges = findRowRanges(body, rows.length);
  if (rows.length !== expected || ranges === undefined) {
    const facts = { page: index, expected, found: rows.length };
    throw new DatasetError('corrupt', `Page ${index} of the result does not hold the rows it was stored with.`, {
      facts,
    });
  }
  return { rows, ranges };
}

function parsed(body: Uint8Array, index: number): unknown {
  try {
    // Fatal: a lenient decoder would replace broken bytes, and what is delivered would not be what was checked.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new DatasetError('malformed', `Page ${index} of the result is not JSON in UTF-8.`);
  }
}
