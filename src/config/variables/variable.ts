import type { Kind } from '../kinds.js';

export type Program = 'worker' | 'gateway' | 'commands';

/**
 * What of a value must never be written anywhere: all of it, each of its words, or what a URL holds beside the address.
 */
export type Secret = 'whole' | 'words' | 'url';

/** One variable of the environment. */
export interface Variable<T, Default extends string | undefined = string | undefined> {
  readonly kind: Kind<T>;
  /** A sentence for people. */
  readonly about: string;
  /** Programs that read it. */
  readonly readBy: readonly Program[];
  /** As somebody would write it; parsed like any other value. */
  readonly default?: Default;
  /** What holds where it is not set and has no default, for people: `the user of the process`. */
  readonly otherwise?: string;
  readonly secret?: Secret;
  /** Other programs write it in small letters, too: these win. */
  readonly inEitherCase?: true;
  /** What to do when it is needed and not set: the rest of `NAME is not set: …`. */
  readonly remedy?: string;
  /** Shown without `#` in `.env.example`: everybody has to set it. */
  readonly isUsual?: true;
}

/** A line of the table. Keeps the type of its value, and whether it has a default. */
export function variable<T, const Default extends string | undefined = undefined>(
  kind: Kind<T>,
  facts: Omit<Variable<T, Default>, 'kind'>,
): Variable<T, Default> {
  return { kind, ...facts };
}
