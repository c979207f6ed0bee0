import { access, constants, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { BlobStore, Note } from './blob-store.js';
import { assertName, assertNotesScope, assertRef, assertScope } from './blob-store.js';
import { createFile, replaceFile, UNFINISHED } from './durable-file.js';
import { fileScopes, removeFiles } from './file-scopes.js';
import { absent, onDisk } from './store-fault.js';

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
    assertNotesScope(scope);
    assertName(folder);
    return join(base, scope, 'notes', folder);
  };

  return {
    async put(ref, bytes, signal) {
      const path = blobPath(ref);
      // Also where it is there already: it may be damaged, or its writer may have died before its name reached the disk.
      await onDisk(`write ${ref.scope}`, signal, () => replaceFile(path, bytes, signal));
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
      return onDisk(`read ${scope}`, signal, () => notesIn(path, signal));
    },

    async noteNames(scope, folder, signal) {
      const path = folderPath(scope, folder);
      return onDisk(`read ${scope}`, signal, () => namesIn(path));
    },

    scopes: (signal) => fileScopes(base, signal),

    async remove(scope, signal, writtenBefore = Infinity) {
      assertScope(scope);
      await onDisk(`delete ${scope}`, signal, () => removeFiles(join(base, scope), writtenBefore, signal));
    },

    async check(signal) {
      await onDisk('use its folder', signal, () => access(base, constants.R_OK | constants.W_OK).catch(absent));
    },

    close: () => undefined,
  };
}

async function readIfThere(path: string, signal: AbortSignal): Promise<Buffer | undefined> {
  return await readFile(path, { signal }).catch(absent);
}

async function notesIn(path: string, signal: AbortSignal): Promise<Note[]> {
  const notes: Note[] = [];
  for (const name of await namesIn(path)) {
    const value = await readIfThere(join(path, name), signal);
    if (value !== undefined) notes.push({ name, value });
  }
  return notes;
}

async function namesIn(path: string): Promise<string[]> {
  const names = (await readdir(path).catch(absent)) ?? [];
  return names.filter((name) => !name.startsWith(UNFINISHED));
}
