import { keepFresh, type FreshOptions } from '../config/files/keep-fresh.js';

const LOOK_EVERY_MS = 2_000;
/** Of a program that reads the address of its database again. */
export const OTHER_DATABASE = 'DATABASE_URL leads to another database now: start this program again to use it';

interface Followed<T> extends Omit<FreshOptions<T>, 'first' | 'version' | 'read'> {
  readonly first: T;
  /** Undefined where no file says any of it. Throws `ConfigError`. */
  readonly reread: (() => T) | undefined;
  /** Another text whenever the value is another one. */
  readonly textOf: (value: T) => string;
}

/**
 * Follows the files that configure a program, until the answer is called. What cannot be used is logged, and what was
 * before stays.
 */
export function followFiles<T>({ first, reread, textOf, ...options }: Followed<T>): () => void {
  if (reread === undefined) return () => undefined;
  let read = first;
  const files = keepFresh<T>({
    ...options,
    first: { version: textOf(first), value: first },
    version: () => textOf((read = reread())),
    read: () => read,
  });
  const timer = setInterval(() => void files.refresh(), LOOK_EVERY_MS).unref();
  return () => {
    clearInterval(timer);
  };
}
