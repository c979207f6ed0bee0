import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { codeOf } from '../program/read-request.js';
import { UsageError } from '../program/errors.js';

/** Writes lines into a file that is there whole or not at all. @throws UsageError when there can be no such file */
export async function writeLines(file: string, lines: AsyncIterable<string>): Promise<void> {
  const partial = `${file}.partial`;
  const handle = await openFor(file, partial);
  try {
    await pipeline(Readable.from(withLineEnds(lines)), handle.createWriteStream());
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function openFor(file: string, partial: string): Promise<FileHandle> {
  try {
    return await open(partial, 'w');
  } catch (error) {
    throw new UsageError(`the file ${file} cannot be written (${codeOf(error)})`);
  }
}

export async function* withLineEnds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}
