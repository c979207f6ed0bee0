import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { S3Bucket } from './s3-bucket.js';

/** Above this, bytes go in parts, several at a time: one request has a deadline. */
const SINGLE_PUT_BYTES = 16 * 1024 * 1024;
const PART_BYTES = 8 * 1024 * 1024;
/** S3 takes no more. */
const MOST_PARTS = 10_000;
const PARTS_AT_ONCE = 4;
const CLEAN_UP_DEADLINE_MS = 10_000;

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

/** Nothing of it is visible before the last request; what a crash leaves, a lifecycle rule of the bucket clears away. */
export async function uploadInParts(
  bucket: S3Bucket,
  { name, bytes, what }: Upload,
  signal: AbortSignal,
): Promise<void> {
  const place = placeOf(bucket, name);
  const create = new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' });
  const { UploadId } = await bucket.send(what, signal, (client, abortSignal) => client.send(create, { abortSignal }));
  try {
    const Parts = await sendParts(bucket, { place: { ...place, UploadId }, bytes, what }, signal);
    const complete = new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } });
    await bucket.send(what, signal, (client, abortSignal) => client.send(complete, { abortSignal }));
  } catch (error) {
    const abandon = new AbortMultipartUploadCommand({ ...place, UploadId });
    const always = AbortSignal.timeout(CLEAN_UP_DEADLINE_MS);
    // Why it failed is what counts, not whether it could be cleared away.
    await bucket
      .send(what, always, (client, abortSignal) => client.send(abandon, { abortSignal }))
      .catch(() => undefined);
    throw error;
  }
}

interface Parts {
  readonly place: { readonly Bucket: string; readonly Key: string; readonly UploadId: string | undefined };
  readonly bytes: Uint8Array;
  readonly what: string;
}

async function sendParts(
  bucket: S3Bucket,
  { place, bytes, what }: Parts,
  signal: AbortSignal,
): Promise<CompletedPart[]> {
  const size = Math.max(PART_BYTES, Math.ceil(bytes.byteLength / MOST_PARTS));
  const parts: CompletedPart[] = [];
  const failed = new AbortController();
  const bound = AbortSignal.any([signal, failed.signal]);
  const offsets = Array.from({ length: Math.ceil(bytes.byteLength / size) }, (_, index) => index * size).entries();
  const sendInTurn = async (): Promise<void> => {
    for (const [index, offset] of offsets) {
      const body = bytes.subarray(offset, offset + size);
      const PartNumber = index + 1;
      const ChecksumSHA256 = checksumOf(body);
      const part = new UploadPartCommand({ ...place, PartNumber, Body: body, ChecksumSHA256 });
      const { ETag } = await bucket.send(what, bound, (client, abortSignal) => client.send(part, { abortSignal }));
      parts[index] = { PartNumber, ETag, ChecksumSHA256 };
    }
  };
  const senders = Array.from({ length: PARTS_AT_ONCE }, sendInTurn);
  try {
    await Promise.all(senders);
  } catch (error) {
    failed.abort(error);
    // An upload can only be abandoned once nobody sends parts of it any more.
    await Promise.allSettled(senders);
    throw error;
  }
  return parts;
}

function placeOf(bucket: S3Bucket, name: string): { Bucket: string; Key: string } {
  return { Bucket: bucket.name, Key: bucket.key(name) };
}

function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
