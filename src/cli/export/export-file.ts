import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { Terminal } from '../terminal/terminal.js';
import { onDisk, openOutput, type Output } from './output.js';

export interface WrittenBytes {
  readonly bytes: number;
  /** Of the file, in 64 hex digits. */
  readonly sha256: string;
}

/** Beside an exported file: what it holds. Where it is there and its hash agrees, the file is whole. */
export function manifestOf(file: string): string {
  return `${file}.manifest.json`;
}

/** Bytes, and what is said of them once they are written. */
export interface Export<Manifest> {
  readonly chunks: AsyncIterable<Uint8Array>;
  describe(written: WrittenBytes): Manifest;
}

/**
 * Writes a file and its manifest, whole or not at all: both under other names first, then renamed, the manifest last.
 * A pipe, a device or stdout gets the bytes alone.
 * @throws UsageError when there can be no such file
 * @throws ExportFailed when the system refuses the bytes
 */
export async function writeExport<Manifest>(
  file: string,
  { chunks, describe }: Export<Manifest>,
  streams: Pick<Terminal, 'stdout' | 'stderr'>,
  signal?: AbortSignal,
): Promise<Manifest> {
  const output = await openOutput(file, streams, signal);
  const partialManifest = `${manifestOf(file)}.${process.pid}.partial`;
  try {
    const manifest = describe(await writeAll(output, chunks));
    if (output.isFile) await withManifest(file, output, { manifest, partial: partialManifest });
    return manifest;
  } finally {
    await output.discard();
    if (output.isFile) await rm(partialManifest, { force: true });
  }
}

async function withManifest(
  file: string,
  output: Output,
  { manifest, partial }: { readonly manifest: unknown; readonly partial: string },
): Promise<void> {
  await onDisk(file, () => writeDurably(partial, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)));
  // An older manifest must not stand beside the new file, not even for a moment.
  await onDisk(file, () => rm(manifestOf(file), { force: true }));
  await output.commit();
  await onDisk(file, () => rename(partial, manifestOf(file)));
}

async function writeAll(output: Output, chunks: AsyncIterable<Uint8Array>): Promise<WrittenBytes> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    if (chunk.byteLength > 0) await output.write(chunk);
  }
  await output.settle();
  return { bytes, sha256: hash.digest('hex') };
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
