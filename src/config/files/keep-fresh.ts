import type { Logger } from 'pino';

/** Something that is read from files, as they are. */
export interface Fresh<T> {
  readonly value: T;
  /** Reads again if anything has changed. Never rejects: what cannot be used is logged, and the value before it stays. */
  refresh(): Promise<void>;
}

export interface FreshOptions<T> {
  /** In a few words, for the log. */
  readonly what: string;
  readonly first: { readonly version: string; readonly value: T };
  /** Another text whenever the files may say something else. */
  readonly version: () => Promise<string> | string;
  readonly read: () => Promise<T> | T;
  readonly log: Pick<Logger, 'info' | 'error'>;
  /** Of a value, how much there is: for the log. */
  readonly facts: (value: T) => Readonly<Record<string, number>>;
  /** Told of each new value, before anybody gets it. */
  readonly onChange?: (value: T) => void;
}

/** Keeps a value as its files have it. A broken file is logged once for each reason. */
export function keepFresh<T>({ what, first, version, read, facts, log, onChange }: FreshOptions<T>): Fresh<T> {
  let { version: known, value } = first;
  let complaint: string | undefined;
  let refreshing: Promise<void> | undefined;
  const readAgain = async (): Promise<void> => {
    // Before the content: what changes in between is of a later version, and is read again.
    const current = await version();
    if (current === known) return;
    const next = await read();
    onChange?.(next);
    [known, value, complaint] = [current, next, undefined];
    log.info(facts(next), `${what} has changed and was read again`);
  };
  const refresh = async (): Promise<void> => {
    try {
      await readAgain();
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'it cannot be read';
      if (reason !== complaint) log.error({ reason }, `${what} cannot be used: what it said before stays valid`);
      complaint = reason;
    } finally {
      refreshing = undefined;
    }
  };
  return {
    get value() {
      return value;
    },
    refresh: () => (refreshing ??= refresh()),
  };
}
