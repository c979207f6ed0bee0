import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from './store-fault.js';

/** Files whose names begin like this are being written, or were left by a crash: nobody reads them. */
export const UNFINISHED = '.unfinished-';

/**
 * Makes `path` hold exactly these bytes, or leaves it as it was: a file of its own in the same folder, forced to disk,
 * then renamed, then the folder forced to disk, so that not even a power cut shows half of it.
 */
export async function replaceFile(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  await viaUnfinished(path, bytes, signal, async (unfinished) => {
    await rename(unfinished, path);
    return true;
  });
  await syncDirectory(dirname(path));
}

/** Makes `path` hold these bytes unless it exists: `link` fails then, where `rename` would overwrite. */
export async function createFile(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  await viaUnfinished(path, bytes, signal, async (unfinished) => {
    await link(unfinished, path).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error;
    });
    return false;
  });
  await syncDirectory(dirname(path));
}

/** @param publish resolves to whether the unfinished file's name is gone with it */
async function viaUnfinished(
  path: string,
  bytes: Uint8Array,
  signal: AbortSignal,
  publish: (unfinished: string) => Promise<boolean>,
): Promise<void> {
  // Chance only keeps writers of the same file apart; nothing that is read depends on it.
  const unfinished = join(dirname(path), `${UNFINISHED}${randomUUID()}`);
  let gone = false;
  try {
    const file = await openNew(unfinished);
    try {
      for (let written = 0; written < bytes.byteLength;) {
        signal.throwIfAborted();
        written += (await file.write(bytes, written)).bytesWritten;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    signal.throwIfAborted();
    gone = await publish(unfinished);
  } finally {
    if (!gone) await unlink(unfinished).catch(() => undefined);
  }
}

/** Nearly always the folder is there, so it is made only when it proves not to be. */
async function openNew(path: string): Promise<FileHandle> {
  const openIt = (): Promise<FileHandle> => open(path, 'wx', 0o600);
  return openIt().catch(async (error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await ensureDirectory(dirname(path));
    return openIt();
  });
}

async function ensureDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const above = dirname(first);
  for (let made = path; made !== above; made = dirname(made)) await syncDirectory(dirname(made));
}

/** A name is on disk only when its folder is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
