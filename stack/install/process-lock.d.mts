import type { ProcessIdentity } from './process-identity.mjs';

/** The lock of a folder was not released in time. */
export class LockTimeout extends Error {
  readonly holder: ProcessIdentity;
}

export interface LockOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  /** Called once, when somebody else has the lock. */
  readonly onWait?: (holder: ProcessIdentity) => void;
}

/**
 * Waits for the lock of a folder, which is made when missing; one whose holder is dead is free.
 * @returns releases it
 * @throws LockTimeout
 */
export function lock(folder: string, options: LockOptions): Promise<() => void>;

/** Who holds the lock now; null when nobody does. */
export function lockHolder(folder: string): ProcessIdentity | null;
