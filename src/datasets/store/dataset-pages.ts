import type { DatasetStore } from '../../ports/index.js';
import type { DatasetRef } from '../../contract/result/dataset.js';
import type { PageColumns, ScannedColumns } from '../../pages/columns.js';
import { digesting, type DigestedColumns } from '../../pages/row-digests.js';
import { withPauses } from '../../pages/pace.js';
import type { PageKeys } from '../../pages/rows-scan.js';
import { scanningPage } from '../../pages/scan-page.js';
import { DatasetError } from './dataset-error.js';
import type { DatasetManifest } from './manifest.js';
import { datasetManifestOf } from './manifest.js';
import { parseSidecar } from './page-sidecar.js';

export type ManifestPage = DatasetManifest['pages'][number];
/** What of a page must be known to read its rows. */
type PageBlobs = Pick<ManifestPage, 'index' | 'rows' | 'body' | 'columns'>;

/** Where rows are, and nothing of what they say. */
export const NO_KEYS: PageKeys = { metrics: [], texts: [], others: [] };

/** Reads the manifest of a dataset and holds it against the reference. */
export async function readDatasetManifest(
  store: Pick<DatasetStore, 'get'>,
  ref: DatasetRef,
  signal: AbortSignal,
): Promise<DatasetManifest> {
  return datasetManifestOf(ref, await store.get(ref.manifest, signal));
}

/** The columns of a page: from its sidecar or, where that is of no use, from its body. */
export async function readColumns(
  store: Pick<DatasetStore, 'get'>,
  page: PageBlobs,
  keys: PageKeys,
  signal: AbortSignal,
): Promise<DigestedColumns> {
  const stored = await storedColumns(store, page, keys, signal);
  if (stored !== undefined) return stored;
  const body = await store.get(page.body, signal);
  return withPauses(digesting(body, await scanned(body, page, keys)));
}

/** The bytes of a page, and its columns. */
export async function readPage(
  store: Pick<DatasetStore, 'get'>,
  page: ManifestPage,
  keys: PageKeys,
  signal: AbortSignal,
): Promise<{ body: Uint8Array; columns: PageColumns }> {
  const [body, stored] = await Promise.all([store.get(page.body, signal), storedColumns(store, page, keys, signal)]);
  return { body, columns: stored ?? (await scanned(body, page, keys)) };
}

/** The bytes of a page, and where in them its rows are. */
export function readRows(
  store: Pick<DatasetStore, 'get'>,
  page: ManifestPage,
  signal: AbortSignal,
): Promise<{ body: Uint8Array; columns: PageColumns }> {
  return readPage(store, page, NO_KEYS, signal);
}

/** A sidecar repeats what the body says. So one that is lost, damaged or of another version is no failure. */
async function storedColumns(
  store: Pick<DatasetStore, 'get'>,
  { columns, rows }: PageBlobs,
  keys: PageKeys,
  signal: AbortSignal,
): Promise<DigestedColumns | undefined> {
  if (columns === undefined) return undefined;
  try {
    return parseSidecar(await store.get(columns, signal), rows, keys);
  } catch (error) {
    if (error instanceof DatasetError && (error.fault === 'corrupt' || error.fault === 'expired')) return undefined;
    throw error;
  }
}

async function scanned(
  body: Uint8Array,
  { index, rows: expected }: PageBlobs,
  keys: PageKeys,
): Promise<ScannedColumns> {
  const page = await withPauses(scanningPage(body, keys, new Set()));
  if (page === undefined)
    throw new DatasetError('malformed', `Page ${index} of the result is not a JSON object in UTF-8.`);
  const { columns } = page;
  if (columns === undefined) throw new DatasetError('malformed', `Page ${index} of the result has no array "data".`);
  if (columns.rows === expected) return columns;
  const facts = { page: index, expected, found: columns.rows };
  throw new DatasetError('corrupt', `Page ${index} of the result does not hold the rows it was stored with.`, {
    facts,
  });
}
