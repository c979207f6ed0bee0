import type { BlobRef } from '../../../contract/result/blob-ref.js';
import type { BlobStore, Note } from '../blob-store.js';
import { assertName, assertNotesScope, assertRef, assertScope } from '../blob-store.js';
import { DatasetError } from '../../store/dataset-error.js';
import { S3Bucket, type S3Place } from './s3-bucket.js';
import { checkBucket } from './s3-check.js';
import { listed, removeScope, s3Scopes } from './s3-listing.js';
import { upload, uploadOnce } from './s3-upload.js';

const NOTES_AT_ONCE = 16;

/**
 * Blobs and notes as objects: `<prefix><scope>/blobs/<sha256>` and `<prefix><scope>/notes/<folder>/<name>`. For any
 * number of hosts. Of the store it needs strong consistency, SHA-256 checksums and `If-None-Match: *` on writes.
 * @param deadlineMs of one request
 */
export function createS3BlobStore(place: S3Place, deadlineMs?: number): BlobStore {
  const bucket = new S3Bucket(place, deadlineMs);
  return {
    async put(ref, bytes, signal) {
      // Also where it is there already: it may be damaged, and so old that it is about to be deleted.
      await upload(bucket, { name: blobName(ref), bytes, what: `write ${ref.scope}` }, signal);
    },

    async get(ref, signal) {
      return bucket.read(`read ${ref.scope}`, blobName(ref), signal);
    },

    async claim(scope, folder, { name: note, value }, signal) {
      assertName(note);
      const name = folderName(scope, folder) + note;
      if (await uploadOnce(bucket, { name, bytes: value, what: `write ${scope}` }, signal)) return value;
      const standing = await bucket.read(`read ${scope}`, name, signal);
      if (standing) return standing;
      const message = `The dataset store cannot write ${scope}: it was deleted meanwhile.`;
      throw new DatasetError('unavailable', message, { code: 'PreconditionFailed' });
    },

    async notes(scope, folder, signal) {
      const below = folderName(scope, folder);
      const notes: Note[] = [];
      for await (const batch of listed(bucket, below, `read ${scope}`, signal)) {
        await readEach(batch, async (name) => {
          const value = await bucket.read(`read ${scope}`, name, signal);
          if (value) notes.push({ name: name.slice(below.length), value });
        });
      }
      return notes;
    },

    async noteNames(scope, folder, signal) {
      const below = folderName(scope, folder);
      const names: string[] = [];
      for await (const batch of listed(bucket, below, `read ${scope}`, signal)) {
        names.push(...batch.map(({ name }) => name.slice(below.length)));
      }
      return names;
    },

    scopes: (signal) => s3Scopes(bucket, signal),

    async remove(scope, signal, writtenBefore = Infinity) {
      assertScope(scope);
      await removeScope(bucket, scope, writtenBefore, signal);
    },

    check: (signal) => checkBucket(bucket, signal),

    close: () => {
      bucket.close();
    },
  };
}

/** Reads the objects of a batch, a few at a time. */
async function readEach(
  batch: readonly { readonly name: string }[],
  read: (name: string) => Promise<void>,
): Promise<void> {
  const left = batch.values();
  const readInTurn = async (): Promise<void> => {
    for (const { name } of left) await read(name);
  };
  await Promise.all(Array.from({ length: NOTES_AT_ONCE }, readInTurn));
}

function blobName(ref: BlobRef): string {
  assertRef(ref);
  return `${ref.scope}/blobs/${ref.sha256}`;
}

function folderName(scope: string, folder: string): string {
  assertNotesScope(scope);
  assertName(folder);
  return `${scope}/notes/${folder}/`;
}
