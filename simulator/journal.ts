import { appendFileSync, existsSync, readFileSync } from 'node:fs';

interface JournalOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** NDJSON, appended to synchronously: what is in it survives a SIGKILL of the process. */
  readonly file?: string | undefined;
}

/** `seq` counts from 1 and goes on where an earlier process left the file; `at` is ISO 8601 in UTC. */
export type Recorded<E> = Readonly<E> & { readonly seq: number; readonly at: string };

/** What happened, in order, append-only. It is the evidence of tests and auditors, so an entry is written before the answer is sent. */
export class Journal<E extends object> {
  readonly #entries: Recorded<E>[] = [];
  readonly #options: JournalOptions;
  #seq: number;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#seq = options.file === undefined ? 0 : lines(options.file);
  }

  append(entry: E): Recorded<E> {
    this.#seq += 1;
    const recorded = { seq: this.#seq, at: new Date(this.#options.now()).toISOString(), ...entry };
    this.#entries.push(recorded);
    if (this.#options.file !== undefined) appendFileSync(this.#options.file, `${JSON.stringify(recorded)}\n`);
    return recorded;
  }

  /** Entries of this process whose fields equal those of `like`, e.g. `{ operation: 'submit', effect: true }`. */
  entries(like: Partial<Recorded<E>> = {}): readonly Recorded<E>[] {
    const fields = Object.entries(like) as [keyof Recorded<E>, unknown][];
    return this.#entries.filter((entry) => fields.every(([key, value]) => entry[key] === value));
  }

  count(like: Partial<Recorded<E>> = {}): number {
    return this.entries(like).length;
  }
}

function lines(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}
