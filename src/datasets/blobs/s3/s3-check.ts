import { randomUUID } from 'node:crypto';
import { DatasetUrlError } from '../dataset-url-error.js';
import type { S3Bucket } from './s3-bucket.js';
import { misconfigured } from './s3-fault.js';
import { DatasetError } from '../../store/dataset-error.js';
import { DELETE_REFUSED, deleteObjects, listed } from './s3-listing.js';
import { uploadInParts, uploadOnce } from './s3-upload.js';

/** Claimed by the first attempt: proof that the store refuses the second. */
const MARKER = 'journey-metrics-datasets';
/** Objects of checks: each is deleted by its own check, and what a check that was killed has left by a later one. */
const PROBES = 'journey-metrics-check/';
const LEFT_AFTER_MS = 3_600_000;
const CONTENT = Buffer.from('written by the check of a store; it may be deleted');

/**
 * Does once what work does later: conditional writes, an upload in parts, reading, listing and deleting several at once.
 * Throws {@link DatasetUrlError} where the store or the bucket cannot do one of them.
 */
export async function checkBucket(bucket: S3Bucket, signal: AbortSignal): Promise<void> {
  await step(() => proveConditionalWrites(bucket, signal));
  const name = `${PROBES}${randomUUID()}`;
  await step(() => uploadInParts(bucket, { name, bytes: CONTENT, what: 'write an object in parts' }, signal));
  const read = await step(() => bucket.read('read what it has written', name, signal));
  if (read?.equals(CONTENT) !== true) throw unfit('does not give back what was written in parts');
  const names = await step(() => namesWith(name, bucket, signal));
  if (names.length === 0) throw unfit('does not list what was just written');
  await step(() => deleteObjects(bucket, names, 'delete what it has written', signal));
  if ((await step(() => bucket.read('read what it has deleted', name, signal))) !== undefined) {
    throw unfit('still has what was just deleted');
  }
}

/** What is refused in a check is refused later, too: that is configuration, or another store. */
async function step<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DatasetError && error.details.code === DELETE_REFUSED) {
      throw new DatasetUrlError('names a bucket in which nothing may be deleted: give the worker the right to delete.');
    }
    throw misconfigured(error);
  }
}

/** Finds out whether the bucket is there, takes writes, and refuses the second of two that must not be. */
async function proveConditionalWrites(bucket: S3Bucket, signal: AbortSignal): Promise<void> {
  const probe = { name: MARKER, bytes: new Uint8Array(), what: 'use its bucket' };
  // Where already the first finds it taken, the store has refused, and has shown that it does.
  if (!(await uploadOnce(bucket, probe, signal)) || !(await uploadOnce(bucket, probe, signal))) return;
  throw unfit('does not honour If-None-Match on writes: two attempts at the same page could overwrite each other');
}

/** The name itself where it is listed, and those of probes that are long over. */
async function namesWith(own: string, bucket: S3Bucket, signal: AbortSignal): Promise<readonly string[]> {
  for await (const batch of listed(bucket, PROBES, 'list what it has written', signal)) {
    const since = (batch.find(({ name }) => name === own)?.writtenAt ?? 0) - LEFT_AFTER_MS;
    const names = batch.filter(({ name, writtenAt }) => name === own || writtenAt < since).map(({ name }) => name);
    if (names.includes(own)) return names;
  }
  return [];
}

function unfit(what: string): DatasetUrlError {
  return new DatasetUrlError(`names a store that ${what}; use another store, or a later version of it.`);
}
