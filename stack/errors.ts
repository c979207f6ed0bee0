/** What went wrong with the embedded stack; callers decide by it, people read the message. */
export type StackErrorKind =
  /** A port that was asked for by number belongs to somebody else. */
  | 'port-busy'
  /** Another live stack works on this home. */
  | 'home-in-use'
  /** A folder cannot be created or written: full, read-only, not ours. */
  | 'disk'
  /** A server binary is neither here nor to be had. */
  | 'download-failed'
  /** A server ended, or did not get ready in time. The message ends with the last lines of its log. */
  | 'server-failed'
  /** This machine cannot run the embedded servers. */
  | 'unsupported';

/** Every failure of the embedded stack that has a known remedy: one sentence that names the thing and what to do. */
export class StackError extends Error {
  override readonly name = 'StackError';

  constructor(
    readonly kind: StackErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const DISK_CODES = new Set([
  ...['ENOENT', 'EEXIST', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'],
  ...['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO'],
]);

/**
 * Turns what the file system said about `folder` into a sentence; anything else comes back as it is.
 * @param variable the environment variable by which people choose another folder
 */
export function diskError(error: unknown, folder: string, variable = 'JOURNEY_METRICS_HOME'): unknown {
  if (!(error instanceof Error) || error instanceof StackError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // A program that is not there is no folder.
  const isSpawn = 'syscall' in error && typeof error.syscall === 'string' && error.syscall.startsWith('spawn');
  if (!DISK_CODES.has(code) || isSpawn) return error;
  const message = `${folder} cannot be written (${code}); free some space or fix its owner, or set ${variable} to another folder.`;
  return new StackError('disk', message, { cause: error });
}
