import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BlobStore } from './blob-store.js';
import type { DatasetPlace, DatasetUrl } from './dataset-place.js';
import { DatasetUrlError } from './dataset-url-error.js';
import { createFileBlobStore } from './file-blob-store.js';

export { DatasetUrlError } from './dataset-url-error.js';

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX_SEGMENT = /^(?!\.{1,2}$)[\w.!*'()-]+$/;

/**
 * Reads `file:///abs/dir`, `file:dir` from the working folder, and `s3://bucket` or `s3://bucket/some/prefix`.
 * Throws {@link DatasetUrlError}.
 */
export function parseDatasetUrl(url: string): DatasetUrl {
  if (url.startsWith('s3:')) return bucketOf(url);
  const path = pathOf(url);
  if (path !== undefined) return { kind: 'file', path };
  throw new DatasetUrlError(
    'must be a file URL without a host, query or fragment, like file:///var/lib/journey-metrics/datasets, ' +
      'or name a bucket, like s3://bucket/prefix',
  );
}

/** The store at a place; touches nothing yet. What S3 needs is loaded only where it is used. */
export async function openBlobStore(place: DatasetPlace): Promise<BlobStore> {
  if (place.kind === 'file') return createFileBlobStore(place.path);
  const { createS3BlobStore } = await import('./s3/s3-blob-store.js');
  return createS3BlobStore(place);
}

function bucketOf(url: string): DatasetUrl {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/s.exec(url) ?? [];
  const segments = path.split('/').filter((segment) => segment !== '');
  if (!BUCKET.test(bucket) || !segments.every((segment) => PREFIX_SEGMENT.test(segment))) {
    throw new DatasetUrlError(
      'must name a bucket, and may name a prefix in it, like s3://bucket/prefix: keys and regions have variables of ' +
        'their own (AWS_ACCESS_KEY_ID, AWS_REGION, AWS_ENDPOINT_URL)',
    );
  }
  return { kind: 's3', bucket, prefix: segments.map((segment) => `${segment}/`).join('') };
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
