import type { Stats } from 'node:fs';
import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { UsageError } from '../program/errors.js';
import { codeOf } from '../program/read-request.js';

/** Where bytes go that `--out` names. Links are followed: what they lead to is written, and they stay links. */
export type OutputPlace =
  | { readonly kind: 'descriptor'; readonly fd: number }
  /** One that is there already, or not; `mode` of the one that is. */
  | { readonly kind: 'file'; readonly path: string; readonly mode?: number }
  | { readonly kind: 'fifo' | 'device'; readonly path: string };

const LINKS_MOST = 40;
const DESCRIPTOR = /^\/(?:dev|proc\/(?:self|thread-self|\d+))\/fd\/(\d{1,9})$/;
const STANDARD = new Map([
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
]);

/** @throws UsageError for a folder, and for what the system lets nobody look at */
export async function outputPlace(out: string): Promise<OutputPlace> {
  if (out === '-') return { kind: 'descriptor', fd: 1 };
  let path = resolve(out);
  for (let link = 0; link < LINKS_MOST; link += 1) {
    // Before links are followed: behind it may lie a file that the shell has opened, to add to.
    const fd = descriptorOf(path);
    if (fd !== undefined) return { kind: 'descriptor', fd };
    const found = await lookAt(out, path);
    if (found === undefined) return { kind: 'file', path };
    if (found.isDirectory()) throw new UsageError(`${out} is a folder: name a file in it`);
    if (found.isFIFO()) return { kind: 'fifo', path };
    if (found.isFile()) return { kind: 'file', path, mode: found.mode & 0o777 };
    if (!found.isSymbolicLink()) return { kind: 'device', path };
    path = await targetOf(out, path);
  }
  throw new UsageError(`${out} leads through more than ${LINKS_MOST} links`);
}

function descriptorOf(path: string): number | undefined {
  const [, fd] = DESCRIPTOR.exec(path) ?? [];
  return fd === undefined ? STANDARD.get(path) : Number(fd);
}

async function lookAt(out: string, path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new UsageError(`the file ${out} cannot be written (${codeOf(error)})`);
  }
}

async function targetOf(out: string, path: string): Promise<string> {
  try {
    // The folder may be a link itself: `..` counts from where it really is.
    const folder = await realpath(dirname(path));
    return resolve(folder, await readlink(resolve(folder, basename(path))));
  } catch (error) {
    throw new UsageError(`the file ${out} cannot be written (${codeOf(error)})`);
  }
}
