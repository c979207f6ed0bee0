import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { BlobRef } from '../contract/dataset.js';
import type { BlobStore, Note } from './blob-store.js';
import { assertName, assertRef, assertScope } from './blob-store.js';
import { createFile, replaceFile, syncDirectory, UNFINISHED } from './durable-file.js';
import { errnoOf, onDisk } from './store-fault.js';

/**
 * Blobs and notes as files below `root`: `<scope>/blobs/<sha256>` and `<scope>/notes/<folder>/<name>`. For one host:
 * all workers of a task queue must see the same files. The folder is made with the first write.
 */
export function createFileBlobStore(root: string): BlobStore {
  const base = resolve(root);
  const blobPath = (ref: BlobRef): string => {
    assertRef(ref);
    return join(base, ref.scope, 'blobs', ref.sha256);
  };
  const folderPath = (scope: string, folder: string): string => {
    assertScope(scope);
    assertName(folder);
    return join(base, scope, 'notes', folder);
  };

  return {
    async put(ref, bytes, signal) {
      const path = blobPath(ref);
      await onDisk(`write ${ref.scope}`, signal, async () => {
        // The writer that was here first may have died before its folder reached the disk.
        if (await holds(path, bytes, signal)) await syncDirectory(dirname(path));
        else await replaceFile(path, bytes, signal);
      });
    },

    async get(ref, signal) {
      const path = blobPath(ref);
      return onDisk(`read ${ref.scope}`, signal, () => readIfThere(path, signal));
    },

    async claim(scope, folder, { name, value }, signal) {
      assertName(name);
      const path = join(folderPath(scope, folder), name);
      return onDisk(`write ${scope}`, signal, async () => {
        await createFile(path, value, signal);
        return await readFile(path, { signal });
      });
    },

    async notes(scope, folder, signal) {
      const path = folderPath(scope, folder);
      return onDisk(`read ${scope}`, signal, async () => {
        const notes: Note[] = [];
        for (const name of await namesIn(path)) {
          const value = await readIfThere(join(path, name), signal);
          if (value !== undefined) notes.push({ name, value });
        }
        return notes;
      });
    },

    async remove(scope, signal) {
      assertScope(scope);
      const path = join(base, scope);
      // A zombie attempt may still write while its scope goes: then the folder is not empty, and is tried again.
      await onDisk(`delete ${scope}`, signal, () => rm(path, { recursive: true, force: true, maxRetries: 3 }));
    },
  };
}

async function holds(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
  const found = await readIfThere(path, signal);
  return found?.equals(bytes) ?? false;
}

async function readIfThere(path: string, signal: AbortSignal): Promise<Buffer | undefined> {
  return await readFile(path, { signal }).catch(absent);
}

async function namesIn(path: string): Promise<string[]> {
  const names = (await readdir(path).catch(absent)) ?? [];
  return names.filter((name) => !name.startsWith(UNFINISHED));
}

function absent(error: unknown): undefined {
  if (errnoOf(error) !== 'ENOENT') throw error;
  return undefined;
}
