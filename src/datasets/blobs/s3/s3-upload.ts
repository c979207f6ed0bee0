import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Bucket } from './s3-bucket.js';
import { checksumOf, placeOf, uploadParts } from './s3-parts.js';

/** Above this, bytes go in parts, several at a time: one request has a deadline. */
const SINGLE_PUT_BYTES = 16 * 1024 * 1024;
const PART_BYTES = 8 * 1024 * 1024;
/** S3 takes no more. */
const MOST_PARTS = 10_000;
const PARTS_AT_ONCE = 4;

export interface Upload {
  /** Below the prefix. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Completes "The dataset store cannot …". */
  readonly what: string;
}

/** Stores bytes under a name, replacing what is there. S3 refuses them unless they hash to what is sent along. */
export async function upload(bucket: S3Bucket, { name, bytes, what }: Upload, signal: AbortSignal): Promise<void> {
  if (bytes.byteLength > SINGLE_PUT_BYTES) {
    await uploadInParts(bucket, { name, bytes, what }, signal);
    return;
  }
  const put = new PutObjectCommand({ ...placeOf(bucket, name), Body: bytes, ChecksumSHA256: checksumOf(bytes) });
  await bucket.send(what, signal, (client, abortSignal) => client.send(put, { abortSignal }));
}

/**
 * Stores bytes under a name that nobody has taken.
 * @returns false when somebody has
 */
export async function uploadOnce(
  bucket: S3Bucket,
  { name, bytes, what }: Upload,
  signal: AbortSignal,
): Promise<boolean> {
  const checked = { Body: bytes, ChecksumSHA256: checksumOf(bytes), IfNoneMatch: '*' };
  const put = new PutObjectCommand({ ...placeOf(bucket, name), ...checked });
  return bucket.send(what, signal, async (client, abortSignal) => {
    try {
      await client.send(put, { abortSignal });
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'PreconditionFailed') return false;
      throw error;
    }
  });
}

export async function uploadInParts(
  bucket: S3Bucket,
  { name, bytes, what }: Upload,
  signal: AbortSignal,
): Promise<void> {
  await uploadParts(bucket, { name, what, bodies: partsOf(bytes), atOnce: PARTS_AT_ONCE }, signal);
}

function partsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const size = Math.max(PART_BYTES, Math.ceil(bytes.byteLength / MOST_PARTS));
  const count = Math.ceil(bytes.byteLength / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}
