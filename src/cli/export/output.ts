import { randomBytes } from 'node:crypto';
import { constants, createWriteStream, openSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ExportFailed, UsageError } from '../program/errors.js';
import { codeOf } from '../program/read-request.js';
import type { Terminal } from '../terminal/terminal.js';
import { outputPlace, type OutputPlace } from './output-place.js';

/** What `--out` names, opened. Ends with `commit` or `discard`. */
export interface Output {
  /** A regular file: it is there whole or not at all. Of anything else what was written has gone out. */
  readonly isFile: boolean;
  readonly isStdout: boolean;
  /** @throws ExportFailed when the system refuses the bytes; ReaderGone when nobody reads stdout any more */
  write(chunk: Uint8Array): Promise<void>;
  /** All is on disk, under another name yet. */
  settle(): Promise<void>;
  /** The file gets its name. */
  commit(): Promise<void>;
  /** Undoes what can be undone. Does nothing after `commit`. */
  discard(): Promise<void>;
}

/** The reader of stdout has had enough, like `head`: no failure. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

const READER_LOOK_MS = 100;

/** @throws UsageError where nothing can be written there */
export async function openOutput(
  out: string,
  { stdout, stderr }: Pick<Terminal, 'stdout' | 'stderr'>,
  signal?: AbortSignal,
): Promise<Output> {
  const place = await outputPlace(out);
  switch (place.kind) {
    case 'file':
      return fileOutput(out, place);
    case 'descriptor': {
      if (place.fd === 1) return streamOutput(out, stdout, { isStdout: true });
      if (place.fd === 2) return streamOutput(out, stderr);
      return streamOutput(out, createWriteStream('', { fd: place.fd, autoClose: false }));
    }
    case 'fifo':
      return fifoOutput(out, place.path, signal);
    case 'device':
      return deviceOutput(out, place.path);
  }
}

async function fileOutput(out: string, { path, mode }: OutputPlace & { kind: 'file' }): Promise<Output> {
  // Two commands may write one file: each has a name of its own until it is whole.
  const partial = `${path}.${randomBytes(4).toString('hex')}.partial`;
  const handle = await openFor(out, partial, 'wx', mode);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  return {
    isFile: true,
    isStdout: false,
    write: (chunk) => onDisk(out, () => handle.writeFile(chunk), REMOVED),
    settle: () =>
      onDisk(
        out,
        async () => {
          await handle.sync();
          await close();
        },
        REMOVED,
      ),
    commit: () => onDisk(out, () => rename(partial, path), REMOVED),
    async discard() {
      await close();
      await rm(partial, { force: true });
    },
  };
}

const REMOVED = ' and was removed';

async function deviceOutput(out: string, path: string): Promise<Output> {
  const handle = await openFor(out, path, constants.O_WRONLY);
  return {
    ...unnamed,
    isStdout: false,
    write: (chunk) => onDisk(out, () => handle.writeFile(chunk)),
    settle: () => onDisk(out, () => handle.close()),
    discard: () => handle.close().catch(() => undefined),
  };
}

/** Waits for a reader, as a shell does, but lets itself be interrupted. */
async function fifoOutput(out: string, path: string, signal?: AbortSignal): Promise<Output> {
  const flags = constants.O_WRONLY | constants.O_NONBLOCK;
  for (;;) {
    try {
      // A bare descriptor, which the socket closes: a handle would close it again when it is collected.
      const fd = openSync(path, flags);
      return streamOutput(out, new Socket({ fd, readable: false, writable: true }), { isOurs: true });
    } catch (error) {
      if (codeOf(error) !== 'ENXIO') throw new UsageError(`${out} cannot be written (${codeOf(error)})`);
    }
    await delay(READER_LOOK_MS, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }
}

interface Stream {
  readonly isStdout?: boolean;
  /** Opened here, so it is closed here. */
  readonly isOurs?: boolean;
}

function streamOutput(out: string, stream: Writable, { isStdout = false, isOurs = false }: Stream = {}): Output {
  let failure: unknown;
  stream.on('error', (error) => (failure ??= error));
  const failed = (error: unknown): Error => {
    if (codeOf(error) !== 'EPIPE') return notWhole(out, error);
    return isStdout ? new ReaderGone() : new ExportFailed(`the reader of ${out} went away before the last row`);
  };
  const end = (): Promise<void> =>
    new Promise((done) => {
      if (isOurs) stream.end(done);
      else done();
    });
  return {
    ...unnamed,
    isStdout,
    write: (chunk) =>
      new Promise((done, reject) => {
        if (failure !== undefined) {
          reject(failed(failure));
          return;
        }
        stream.write(chunk, (error) => {
          if (error) reject(failed(error));
          else done();
        });
      }),
    settle: end,
    discard: async () => {
      if (isOurs) stream.destroy();
      await Promise.resolve();
    },
  };
}

const unnamed = { isFile: false, commit: () => Promise.resolve() } as const;

async function openFor(out: string, path: string, flags: string | number, mode?: number): Promise<FileHandle> {
  try {
    return await open(path, flags, mode);
  } catch (error) {
    throw new UsageError(`the file ${out} cannot be written (${codeOf(error)})`);
  }
}

/** @throws ExportFailed */
export async function onDisk<T>(out: string, work: () => Promise<T>, outcome = ''): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw notWhole(out, error, outcome);
  }
}

function notWhole(out: string, error: unknown, outcome = ''): ExportFailed {
  return new ExportFailed(`the file ${out} could not be written completely (${codeOf(error)})${outcome}`);
}
