import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatasetStore } from '../activities/ports.js';
import { createDatasetStore } from './dataset-store.js';
import { createFileBlobStore } from './file-blob-store.js';

/** `DATASET_URL` names no place that this version can use. The message is for people and holds nothing of the URL. */
export class DatasetUrlError extends Error {
  override readonly name = 'DatasetUrlError';
}

/**
 * The dataset store that a `DATASET_URL` names; touches nothing yet. `file:///abs/dir`, or `file:dir` from the working
 * folder. Throws {@link DatasetUrlError}.
 */
export function openDatasetUrl(url: string): DatasetStore {
  if (url.startsWith('s3:')) {
    throw new DatasetUrlError('s3 is not available yet in this version: use file:///some/folder, on one host.');
  }
  const path = pathOf(url);
  if (path === undefined) {
    throw new DatasetUrlError(
      'must be a file URL without a host, query or fragment, like file:///var/lib/journey-metrics/datasets.',
    );
  }
  return createDatasetStore(createFileBlobStore(path));
}

function pathOf(url: string): string | undefined {
  const rest = /^file:([^?#]+)$/.exec(url)?.[1];
  try {
    if (rest === undefined) return undefined;
    return rest.startsWith('/') ? fileURLToPath(url) : resolve(decodeURIComponent(rest));
  } catch {
    return undefined;
  }
}
