import { DatasetError } from '../store/dataset-error.js';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'its quota is used up: free some space',
  EROFS: 'it is read-only: mount it writable',
  EACCES: 'access is denied: give the worker the right to it',
  EPERM: 'the operation is not permitted: the folder must be writable and allow hard links',
  ENOTSUP: 'it has no hard links: use a local file system',
  EIO: 'the disk reports an error: check it',
  ENOENT: 'it was deleted meanwhile',
  ENOTDIR: 'a file is where a folder should be',
};

/** The system's code of an error (`ENOSPC`), if it has one. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/** For what need not be there: undefined for a file that is not, and every other error as it is. */
export function absent(error: unknown): undefined {
  if (errnoOf(error) !== 'ENOENT') throw error;
  return undefined;
}

/**
 * Runs one operation on the disk. A cancellation is rethrown as it is, what the system refuses becomes
 * `unavailable` with its remedy, and what nobody knows crashes.
 * @param what completes "The dataset store cannot …", e.g. `write runs/<key>`
 */
export async function onDisk<T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    const code = errnoOf(error);
    if (code === undefined) throw error;
    const remedy = REMEDIES[code] ?? 'check the folder that DATASET_URL names';
    throw new DatasetError('unavailable', `The dataset store cannot ${what}: ${remedy} (${code}).`, { code });
  }
}
