/** The command was called with something that it cannot work with: a sentence for the person who called it. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
