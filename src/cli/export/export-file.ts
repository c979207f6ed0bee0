import { createHash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { ExportFailed, UsageError } from '../program/errors.js';
import { codeOf } from '../program/read-request.js';

export interface WrittenBytes {
  readonly bytes: number;
  /** Of the file, in 64 hex digits. */
  readonly sha256: string;
}

/** Beside an exported file: what it holds. Where it is there and its hash agrees, the file is whole. */
export function manifestOf(file: string): string {
  return `${file}.manifest.json`;
}

/**
 * Writes a file and its manifest, whole or not at all: both under other names first, then renamed, the manifest last.
 * @param describe makes the manifest of what was written
 * @throws UsageError when there can be no such file
 * @throws ExportFailed when the system refuses the bytes
 */
export async function writeExport<Manifest>(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  describe: (written: WrittenBytes) => Manifest,
): Promise<Manifest> {
  const [partial, partialManifest] = [`${file}.partial`, `${manifestOf(file)}.partial`];
  const handle = await openFor(file, partial);
  try {
    const manifest = describe(await writeAll(file, handle, chunks));
    await onDisk(file, async () => {
      const second = await open(partialManifest, 'w');
      await writeDurably(second, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
      // An older manifest must not stand beside the new file, not even for a moment.
      await rm(manifestOf(file), { force: true });
      await rename(partial, file);
      await rename(partialManifest, manifestOf(file));
    });
    return manifest;
  } finally {
    await Promise.all([partial, partialManifest].map((path) => rm(path, { force: true })));
  }
}

async function writeAll(file: string, handle: FileHandle, chunks: AsyncIterable<Uint8Array>): Promise<WrittenBytes> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await onDisk(file, () => handle.writeFile(chunk));
    }
    await onDisk(file, () => handle.sync());
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function writeDurably(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function openFor(file: string, partial: string): Promise<FileHandle> {
  try {
    return await open(partial, 'w');
  } catch (error) {
    throw new UsageError(`the file ${file} cannot be written (${codeOf(error)})`);
  }
}

async function onDisk<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ExportFailed(`the file ${file} could not be written completely (${codeOf(error)}) and was removed`);
  }
}
