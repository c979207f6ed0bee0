import type { JsonCursor } from './json-cursor.js';

/** A token of the page that was read before, and what it means. */
interface Link<T> {
  readonly start: number;
  readonly end: number;
  readonly meaning: T;
  /** What came behind it the last time. */
  next: Link<T> | undefined;
}

/** This many different tokens are remembered, and no more: all of a hostile page would cost more memory than the page. */
const MOST_LINKS = 4096;

/**
 * Tokens that come again in the same order: the keys of rows that are alike, dates that are sorted or go round. What
 * comes next is guessed by what came behind the last one before, and comparing bytes is cheaper than reading a token.
 * The same bytes are the same token, as long as every call stands where such a token may stand.
 */
export class TokenChain<T extends object | number> {
  readonly #byToken = new Map<string, Link<T>>();
  readonly #start: Pick<Link<T>, 'next'> = { next: undefined };
  #last = this.#start;

  /** The next token is the first one of a row. */
  restart(): void {
    this.#last = this.#start;
  }

  /** Reads the expected token, and returns what it means; undefined where another one comes, with nothing read. */
  guess(cursor: JsonCursor): T | undefined {
    const { next } = this.#last;
    if (next === undefined || !cursor.repeat(next.start, next.end)) return undefined;
    this.#last = next;
    return next.meaning;
  }

  /**
   * Takes in the token from `start` up to the cursor, after a wrong guess.
   * @param meaningOf called where the token is new
   */
  learn({ json, at }: JsonCursor, start: number, meaningOf: () => T): T {
    // One character a byte: no decoding, and different bytes never look alike.
    const token = json.toString('latin1', start, at);
    let link = this.#byToken.get(token);
    if (link === undefined) {
      link = { start, end: at, meaning: meaningOf(), next: undefined };
      if (this.#byToken.size < MOST_LINKS) this.#byToken.set(token, link);
    }
    this.#last.next = link;
    this.#last = link;
    return link.meaning;
  }
}
