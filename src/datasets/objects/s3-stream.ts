import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { WrittenObject } from '../../ports/index.js';
import type { S3Bucket } from '../blobs/s3/s3-bucket.js';
import { checksumOf, placeOf, uploadParts } from '../blobs/s3/s3-parts.js';

/** S3 takes 10,000 parts: every thousand of them the next ones are larger by this. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_OF_A_SIZE = 1_000;
const PARTS_AT_ONCE = 3;

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
    const put = new PutObjectCommand({ ...placeOf(bucket, name), Body: body, ChecksumSHA256: checksumOf(body) });
    await bucket.send(what, signal, (client, abortSignal) => client.send(put, { abortSignal }));
    return { bytes, sha256: hash.digest('hex') };
  }
  const bodies = joined([first.value, second.value], parts);
  await uploadParts(bucket, { name, what, bodies, atOnce: PARTS_AT_ONCE }, signal);
  return { bytes, sha256: hash.digest('hex') };
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
