/** Dependencies could not be installed; the message says what to do. */
export class InstallError extends Error {}

/**
 * Runs `npm ci` when the checkout's dependencies are not those of its lock file; at once when they are.
 * @throws InstallError
 */
export function ensureInstalled(options: {
  /** Folder of `package-lock.json`. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Told each line of progress. */
  readonly say: (sentence: string) => void;
  /** Of the whole installation; 15 minutes unless named. */
  readonly deadlineMs?: number;
}): Promise<void>;
