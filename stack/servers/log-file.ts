import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const ROTATE_AT_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 64 * 1024;

/** A server's own log: appended to across starts, so that the evidence of a crash outlives the next start. */
export interface LogFile {
  readonly path: string;
  /** For the child's stdout and stderr; the caller closes it after the spawn. */
  readonly descriptor: number;
  /** The last lines written since it was opened here. */
  readonly tail: (lines: number) => string[];
}

/** Opens a log for appending; one that has grown past 10 MB is first moved to `<path>.previous`. */
export function openLogFile(path: string): LogFile {
  let start = sizeOf(path);
  if (start > ROTATE_AT_BYTES) {
    renameSync(path, `${path}.previous`);
    start = 0;
  }
  return { path, descriptor: openSync(path, 'a', 0o600), tail: (lines) => lastLines(path, start, lines) };
}

function lastLines(path: string, start: number, lines: number): string[] {
  const from = Math.max(start, sizeOf(path) - TAIL_BYTES);
  const buffer = Buffer.alloc(TAIL_BYTES);
  const descriptor = openSync(path, 'r');
  try {
    const text = buffer.subarray(0, readSync(descriptor, buffer, 0, TAIL_BYTES, from)).toString('utf8');
    return text.split('\n').filter(Boolean).slice(-lines);
  } finally {
    closeSync(descriptor);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
