import { readFile } from 'node:fs/promises';
import { invalidRequestError } from '../../client/error.js';
import { UsageError } from './errors.js';

/** Reads the JSON of a request from a file, or from stdin for `-`. @throws UsageError, or `InvalidRequest` for what is no JSON */
export async function readRequest(file: string, stdin: AsyncIterable<Buffer | string>): Promise<unknown> {
  const text = file === '-' ? await readAll(stdin) : await readNamed(file);
  try {
    // Some editors begin a file with a byte order mark, which is no JSON.
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    const where = file === '-' ? 'stdin' : file;
    const reason = error instanceof Error ? error.message : 'unreadable';
    throw invalidRequestError([{ path: '', message: `${where} is not JSON: ${reason}` }]);
  }
}

/** Reads a file that a person named. @throws UsageError */
export async function readNamed(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the file ${file} cannot be read (${codeOf(error)})`);
  }
}

/** What the system says of a file: `ENOENT` and the like. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
}

async function readAll(stdin: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
