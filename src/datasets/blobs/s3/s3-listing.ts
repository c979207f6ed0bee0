import { DeleteObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { isScope, SCOPE_KINDS, type StoredScope } from '../blob-store.js';
import { DatasetError } from '../../store/dataset-error.js';
import type { S3Bucket } from './s3-bucket.js';

/** Code of objects that the store would not delete. */
export const DELETE_REFUSED = 'DeleteRefused';

interface Listed {
  /** Behind the prefix of the store. */
  readonly name: string;
  readonly bytes: number;
  readonly writtenAt: number;
}

/** What there is below a folder, in batches of at most 1,000, in the order of their names. */
export async function* listed(
  bucket: S3Bucket,
  folder: string,
  what: string,
  signal: AbortSignal,
): AsyncGenerator<readonly Listed[]> {
  let token: string | undefined;
  do {
    const list = new ListObjectsV2Command({
      Bucket: bucket.name,
      Prefix: bucket.key(folder),
      ...(token !== undefined && { ContinuationToken: token }),
    });
    const answer = await bucket.send(what, signal, (client, abortSignal) => client.send(list, { abortSignal }));
    yield (answer.Contents ?? []).map(({ Key = '', Size = 0, LastModified }) => {
      // Without it nothing may be deleted, and every store says it.
      if (LastModified === undefined) throw new TypeError('S3 did not say when an object was written');
      return { name: bucket.nameOf(Key), bytes: Size, writtenAt: LastModified.getTime() };
    });
    token = answer.IsTruncated === true ? answer.NextContinuationToken : undefined;
  } while (token !== undefined);
}

/** The scopes below the prefix. What is in one comes in a row, because names come in order. */
export async function* s3Scopes(bucket: S3Bucket, signal: AbortSignal): AsyncGenerator<StoredScope> {
  for (const kind of SCOPE_KINDS) {
    let current: StoredScope | undefined;
    for await (const batch of listed(bucket, `${kind}/`, 'list its scopes', signal)) {
      for (const { name, bytes, writtenAt } of batch) {
        const scope = name.split('/', 2).join('/');
        if (!isScope(scope)) continue;
        if (current && current.scope !== scope) yield current;
        current =
          current?.scope === scope
            ? { scope, bytes: current.bytes + bytes, writtenAt: Math.max(current.writtenAt, writtenAt) }
            : { scope, bytes, writtenAt };
      }
    }
    if (current) yield current;
  }
}

/** Notes first, then blobs. */
export async function removeScope(
  bucket: S3Bucket,
  scope: string,
  writtenBefore: number,
  signal: AbortSignal,
): Promise<void> {
  const what = `delete ${scope}`;
  for (const folder of [`${scope}/notes/`, `${scope}/`]) {
    for await (const batch of listed(bucket, folder, what, signal)) {
      const old = batch.filter(({ writtenAt }) => writtenAt < writtenBefore);
      if (old.length === 0) continue;
      const names = old.map(({ name }) => name);
      await deleteObjects(bucket, names, what, signal);
    }
  }
}

/** @param names at most 1,000, as a listing gives them */
export async function deleteObjects(
  bucket: S3Bucket,
  names: readonly string[],
  what: string,
  signal: AbortSignal,
): Promise<void> {
  const Objects = names.map((name) => ({ Key: bucket.key(name) }));
  const remove = new DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects, Quiet: true } });
  const answer = await bucket.send(what, signal, (client, abortSignal) => client.send(remove, { abortSignal }));
  if (answer.Errors?.length) throw notDeleted(what, answer.Errors.length);
}

function notDeleted(what: string, count: number): DatasetError {
  const message = `The dataset store cannot ${what}: S3 refused ${count} objects. Give the worker the right to delete.`;
  return new DatasetError('unavailable', message, { code: DELETE_REFUSED });
}
