import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ObjectPlace, WrittenObject } from '../../ports/index.js';
import { UNFINISHED } from '../blobs/durable-file.js';
import { onDisk } from '../blobs/store-fault.js';
import { atPlace, isAbsent } from './place-error.js';

/** A folder of files. An object is written beside its place, forced to disk, and renamed. */
export function openFilePlace(root: string): ObjectPlace {
  const at = <T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
    atPlace(signal, () => onDisk(what, signal, work));
  return {
    name: pathToFileURL(root).href,
    write: (name, chunks, signal) => at(`write ${name}`, signal, () => writeWhole(join(root, name), chunks, signal)),
    read: (name, signal) =>
      at(`read ${name}`, signal, () => readFile(join(root, name), { signal }).catch(undefinedIfAbsent)),
    folders: (folder, signal) =>
      at(`list ${folder}`, signal, async () => {
        const entries = (await readdir(join(root, folder), { withFileTypes: true }).catch(undefinedIfAbsent)) ?? [];
        return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
      }),
    objects: (folder, signal) => at(`list ${folder}`, signal, () => filesIn(root, folder)),
    remove: (names, signal) =>
      at('delete what is old', signal, async () => {
        for (const name of names) await rm(join(root, name), { force: true });
      }),
    close: () => undefined,
  };
}

function undefinedIfAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
  return undefined;
}

async function writeWhole(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<WrittenObject> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  await removeUnfinished(folder);
  const unfinished = join(folder, `${UNFINISHED}${randomUUID()}`);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const file = await open(unfinished, 'wx');
    try {
      for await (const chunk of chunks) {
        signal.throwIfAborted();
        hash.update(chunk);
        await file.writeFile(chunk);
        bytes += chunk.byteLength;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    signal.throwIfAborted();
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await syncFolder(folder);
  return { bytes, sha256: hash.digest('hex') };
}

/** What a crash left: one writer at a time writes a delivery, so nobody is writing it. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith(UNFINISHED)) await rm(join(folder, name), { force: true });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function filesIn(root: string, folder: string): Promise<{ name: string; writtenAt: number }[]> {
  const entries = (await readdir(join(root, folder), { withFileTypes: true }).catch(undefinedIfAbsent)) ?? [];
  const found: { name: string; writtenAt: number }[] = [];
  for (const entry of entries) {
    const name = posix.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesIn(root, name)));
    else if (!entry.name.startsWith(UNFINISHED)) {
      const facts = await stat(join(root, name)).catch(undefinedIfAbsent);
      if (facts) found.push({ name, writtenAt: facts.mtimeMs });
    }
  }
  return found;
}
