import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { S3Bucket } from './s3-bucket.js';

const CLEAN_UP_DEADLINE_MS = 10_000;

export interface PartsUpload {
  /** Below the prefix. */
  readonly name: string;
  /** Completes "The dataset store cannot …". */
  readonly what: string;
  /** One a part, in order: all but the last have at least 5 MiB. */
  readonly bodies: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Parts that are on their way at the same time. */
  readonly atOnce: number;
}

/**
 * Uploads one object in parts: nothing of it is visible before the last request. S3 refuses bytes that do not hash to what
 * is sent along. What a crash leaves, a lifecycle rule of the bucket clears away.
 */
export async function uploadParts(
  bucket: S3Bucket,
  { name, what, bodies, atOnce }: PartsUpload,
  signal: AbortSignal,
): Promise<void> {
  const place = placeOf(bucket, name);
  const create = new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' });
  const { UploadId } = await bucket.send(what, signal, (client, abortSignal) => client.send(create, { abortSignal }));
  const upload = { ...place, UploadId };
  const send = async (body: Uint8Array, PartNumber: number, bound: AbortSignal): Promise<CompletedPart> => {
    const ChecksumSHA256 = checksumOf(body);
    const part = new UploadPartCommand({ ...upload, PartNumber, Body: body, ChecksumSHA256 });
    const { ETag } = await bucket.send(what, bound, (client, abortSignal) => client.send(part, { abortSignal }));
    return { PartNumber, ETag, ChecksumSHA256 };
  };
  try {
    const Parts = await sendAll(bodies, atOnce, send, signal);
    const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
    await bucket.send(what, signal, (client, abortSignal) => client.send(complete, { abortSignal }));
  } catch (error) {
    const abandon = new AbortMultipartUploadCommand(upload);
    const always = AbortSignal.timeout(CLEAN_UP_DEADLINE_MS);
    // Why it failed is what counts, not whether it could be cleared away.
    await bucket
      .send(what, always, (client, abortSignal) => client.send(abandon, { abortSignal }))
      .catch(() => undefined);
    throw error;
  }
}

async function sendAll(
  bodies: PartsUpload['bodies'],
  atOnce: number,
  send: (body: Uint8Array, number: number, bound: AbortSignal) => Promise<CompletedPart>,
  signal: AbortSignal,
): Promise<CompletedPart[]> {
  const failed = new AbortController();
  const bound = AbortSignal.any([signal, failed.signal]);
  const sent: Promise<CompletedPart>[] = [];
  try {
    for await (const body of bodies) {
      await sent.at(-atOnce);
      const sending = send(body, sent.length + 1, bound);
      // Whether it failed is asked in its turn.
      sending.catch(() => undefined);
      sent.push(sending);
    }
    return await Promise.all(sent);
  } catch (error) {
    failed.abort(error);
    // An upload can only be abandoned once nobody sends parts of it any more.
    await Promise.allSettled(sent);
    throw error;
  }
}

export function placeOf(bucket: S3Bucket, name: string): { readonly Bucket: string; readonly Key: string } {
  return { Bucket: bucket.name, Key: bucket.key(name) };
}

/** As S3 wants it beside the bytes. */
export function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
