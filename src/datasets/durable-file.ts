import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

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
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
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
  await ensureDirectory(dirname(path));
  // Chance only keeps writers of the same file apart; nothing that is read depends on it.
  const unfinished = join(dirname(path), `${UNFINISHED}${randomUUID()}`);
  let gone = false;
  try {
    const file = await open(unfinished, 'wx', 0o600);
    try {
      await file.writeFile(bytes, { signal });
      await file.sync();
    } finally {
      await file.close();
    }
    gone = await publish(unfinished);
  } finally {
    if (!gone) await unlink(unfinished).catch(() => undefined);
  }
}

async function ensureDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const above = dirname(first);
  for (let made = path; made !== above; made = dirname(made)) await syncDirectory(dirname(made));
}

/** A name is on disk only when its folder is. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
