import { readFile } from 'node:fs/promises';
import { invalidRequestError } from '../../client/error.js';
import { problemsOfText, textOf } from '../../client/request-text.js';
import { UsageError } from './errors.js';

/** Reads the JSON of a request from a file, or from stdin for `-`. @throws UsageError, or `InvalidRequest` for what is no JSON */
export async function readRequest(file: string, stdin: AsyncIterable<Buffer | string>): Promise<unknown> {
  const bytes = file === '-' ? await readAll(stdin) : await readBytes(file);
  const problems = problemsOfText(bytes);
  if (problems.length > 0) throw invalidRequestError(problems);
  try {
    return JSON.parse(textOf(bytes)) as unknown;
  } catch (error) {
    const where = file === '-' ? 'stdin' : file;
    const reason = error instanceof Error ? error.message : 'unreadable';
    throw invalidRequestError([{ path: '', message: `${where} is not JSON: ${reason}` }]);
  }
}

/** Reads a file that a person named. @throws UsageError */
export async function readNamed(file: string): Promise<string> {
  return textOf(await readBytes(file));
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`the file ${file} cannot be read (${codeOf(error)})`);
  }
}

/** What the system says of a file: `ENOENT` and the like. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
}

async function readAll(stdin: AsyncIterable<Buffer | string>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
