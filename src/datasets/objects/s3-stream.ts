import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { WrittenObject } from '../../ports/index.js';
import type { S3Bucket } from '../blobs/s3-bucket.js';

/** S3 takes 10,000 parts: every thousand of them the next ones are larger by this. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_OF_A_SIZE = 1_000;
const PARTS_AT_ONCE = 3;
const CLEAN_UP_DEADLINE_MS = 10_000;

/**
 * Uploads chunks as they come, in parts, as one object: nothing of it is visible before the last request. In memory are a
 * few parts. What fits in one part is one request.
 */
export async function uploadStream(
  bucket: S3Bucket,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<WrittenObject> {
  const what = `write ${name}`;
  const place = { Bucket: bucket.name, Key: bucket.key(name) };
  const hash = createHash('sha256');
  let bytes = 0;
  const parts = partsOf(chunks, (chunk) => {
    hash.update(chunk);
    bytes += chunk.byteLength;
  });
  const first = await parts.next();
  const second = first.done === true ? first : await parts.next();
  if (second.done === true) {
    const body = first.done === true ? new Uint8Array() : first.value;
    const put = new PutObjectCommand({ ...place, Body: body, ChecksumSHA256: checksumOf(body) });
    await bucket.send(what, signal, (client, abortSignal) => client.send(put, { abortSignal }));
    return { bytes, sha256: hash.digest('hex') };
  }
  const create = new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' });
  const { UploadId } = await bucket.send(what, signal, (client, abortSignal) => client.send(create, { abortSignal }));
  const upload = { ...place, UploadId };
  try {
    const Parts = await sendParts(bucket, upload, what, joined([first.value, second.value], parts), signal);
    const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
    await bucket.send(what, signal, (client, abortSignal) => client.send(complete, { abortSignal }));
  } catch (error) {
    const abandon = new AbortMultipartUploadCommand(upload);
    // Why it failed is what counts, not whether it could be cleared away.
    await bucket
      .send(what, AbortSignal.timeout(CLEAN_UP_DEADLINE_MS), (client, abortSignal) =>
        client.send(abandon, { abortSignal }),
      )
      .catch(() => undefined);
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };
}

interface UploadPlace {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
}

async function sendParts(
  bucket: S3Bucket,
  upload: UploadPlace,
  what: string,
  bodies: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<CompletedPart[]> {
  const failed = new AbortController();
  const bound = AbortSignal.any([signal, failed.signal]);
  const sent: Promise<CompletedPart>[] = [];
  const send = async (body: Uint8Array, PartNumber: number): Promise<CompletedPart> => {
    const ChecksumSHA256 = checksumOf(body);
    const part = new UploadPartCommand({ ...upload, PartNumber, Body: body, ChecksumSHA256 });
    const { ETag } = await bucket.send(what, bound, (client, abortSignal) => client.send(part, { abortSignal }));
    return { PartNumber, ETag, ChecksumSHA256 };
  };
  try {
    for await (const body of bodies) {
      await sent.at(-PARTS_AT_ONCE);
      const sending = send(body, sent.length + 1);
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

async function* joined(first: readonly Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* rest;
}

/** Chunks put together to parts. */
async function* partsOf(
  chunks: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let size = 0;
  let count = 0;
  for await (const chunk of chunks) {
    onChunk(chunk);
    pending.push(chunk);
    size += chunk.byteLength;
    if (size < PART_BYTES * (1 + Math.floor(count / PARTS_OF_A_SIZE))) continue;
    yield Buffer.concat(pending, size);
    count += 1;
    pending = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(pending, size);
}

function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
