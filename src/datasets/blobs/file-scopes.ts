import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isScope, SCOPE_KINDS, type StoredScope } from './blob-store.js';
import { absent, errnoOf, onDisk } from './store-fault.js';

/** The scopes below a folder, each as large and as old as its files. */
export async function* fileScopes(base: string, signal: AbortSignal): AsyncGenerator<StoredScope> {
  for (const kind of SCOPE_KINDS) {
    const names = await onDisk('list its scopes', signal, () => namesIn(join(base, kind)));
    for (const name of names) {
      const scope = `${kind}/${name}`;
      if (!isScope(scope)) continue;
      const found = await onDisk(`read ${scope}`, signal, () => sumOf(join(base, scope), signal));
      if (found) yield { scope, ...found };
    }
  }
}

/** A scope without any file, as a deletion that was cut short leaves it, is as old as its folder. */
async function sumOf(folder: string, signal: AbortSignal): Promise<Omit<StoredScope, 'scope'> | undefined> {
  const own = await lstat(folder).catch(absent);
  if (own?.isDirectory() !== true) return undefined;
  let bytes = 0;
  let writtenAt = -Infinity;
  for await (const { size, mtimeMs } of filesIn(folder, signal)) {
    bytes += size;
    writtenAt = Math.max(writtenAt, mtimeMs);
  }
  return { bytes, writtenAt: Number.isFinite(writtenAt) ? writtenAt : own.mtimeMs };
}

/** Notes first, then blobs, then the folders that are empty by then. */
export async function removeFiles(scope: string, writtenBefore: number, signal: AbortSignal): Promise<void> {
  for (const folder of [join(scope, 'notes'), scope]) {
    const folders = [folder];
    for await (const { path, mtimeMs, directory } of entriesIn(folder, signal)) {
      if (directory) folders.push(path);
      else if (mtimeMs < writtenBefore) await unlink(path).catch(absent);
    }
    // Those below come after those above. One that somebody writes into stays.
    for (const path of folders.reverse()) await rmdir(path).catch(occupied);
  }
}

interface Entry {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly directory: boolean;
}

async function* filesIn(folder: string, signal: AbortSignal): AsyncGenerator<Entry> {
  for await (const entry of entriesIn(folder, signal)) if (!entry.directory) yield entry;
}

/** Everything below a folder, a folder before what is in it. Links are not followed. */
async function* entriesIn(folder: string, signal: AbortSignal): AsyncGenerator<Entry> {
  for (const name of await namesIn(folder)) {
    signal.throwIfAborted();
    const path = join(folder, name);
    const found = await lstat(path).catch(absent);
    if (!found) continue;
    const directory = found.isDirectory();
    yield { path, directory, size: found.size, mtimeMs: found.mtimeMs };
    if (directory) yield* entriesIn(path, signal);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(absent)) ?? [];
}

function occupied(error: unknown): undefined {
  if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw error;
  return undefined;
}
