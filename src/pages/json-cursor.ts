import { numberInText } from '../domain/numeric.js';
import { JsonNumber, isDigit, isNumberStart } from './json-number.js';

/** The text is not what `JSON.parse` accepts. Says no more, because more would quote the text. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
}

export const LOWER_N = 0x6e;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/** By their first byte. */
const LITERALS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]));
const SIMPLE_ESCAPES = new Set(Buffer.from('"\\/bfnrt'));
const SPACES = new Set(Buffer.from(' \n\r\t'));

/** 1 for bytes that stand for themselves inside a string. Bytes above 0x7f are for a check of UTF-8, made once for the whole text. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

/**
 * Walks over JSON in UTF-8, strictly: it accepts what `JSON.parse` accepts, of a text whose UTF-8 has been checked, and
 * throws {@link NotJson} at anything else. `at` is the next byte; every method leaves it behind what it has read.
 */
export class JsonCursor {
  at = 0;
  readonly json: Buffer;
  readonly #words: DataView;
  readonly #numbers: JsonNumber;
  #isPlainNumber = false;

  constructor(json: Uint8Array) {
    this.json = Buffer.from(json.buffer, json.byteOffset, json.byteLength);
    this.#numbers = new JsonNumber(this.json);
    this.#words = new DataView(json.buffer, json.byteOffset, json.byteLength);
  }

  /** The next byte that is no white space; 0 at the end. */
  next(): number {
    let byte = this.json[this.at] ?? 0;
    while (byte <= 0x20 && SPACES.has(byte)) byte = this.json[++this.at] ?? 0;
    return byte;
  }

  /** Reads one of JSON's signs, after white space. */
  sign(expected: number): void {
    if (this.next() !== expected) throw new NotJson();
    this.at += 1;
  }

  /** Reads what must be a string, after white space; returns where it begins. */
  key(): number {
    if (this.next() !== QUOTE) throw new NotJson();
    const start = this.at;
    this.#string();
    return start;
  }

  /** The text of a string that was read. */
  text(start: number, end: number): string {
    const inside = this.json.toString('utf8', start + 1, end - 1);
    return inside.includes('\\') ? String(JSON.parse(`"${inside}"`)) : inside;
  }

  /** Reads the bytes that stand between `start` and `end`, too, if they come next. */
  repeat(start: number, end: number): boolean {
    const { json, at } = this;
    const shift = at - start;
    if (end + shift > json.length) return false;
    let old = start;
    for (; old + 4 <= end; old += 4) {
      if (this.#words.getInt32(old + shift) !== this.#words.getInt32(old)) return false;
    }
    for (; old < end; old += 1) if (json[old + shift] !== json[old]) return false;
    this.at = end + shift;
    return true;
  }

  /** What `JSON.parse` makes of the number from `start` up to the cursor, which was read last. */
  numberFrom(start: number): number {
    this.#isPlainNumber = this.#numbers.isPlain;
    return this.#numbers.value(start, this.at);
  }

  /** Whether no other decimal has the double of the number that was read last; decided by its digits alone. */
  get isPlainNumber(): boolean {
    return this.#isPlainNumber;
  }

  /** The bytes from `start` up to the cursor, as text. */
  verbatim(start: number): string {
    return this.json.toString('utf8', start, this.at);
  }

  /** The finite number that the string from `start` up to the cursor holds; NaN for any other text. */
  numberInText(start: number): number {
    const end = this.at - 1;
    // What JSON writes as a number needs no text made of it.
    const isJson = this.#numbers.end(start + 1) === end;
    this.#isPlainNumber = isJson && this.#numbers.isPlain;
    if (!isJson) return numberInText(this.text(start, this.at));
    const value = this.#numbers.value(start + 1, end);
    return Number.isFinite(value) ? value : NaN;
  }

  /** Reads any value, after white space. */
  skip(): void {
    const byte = this.next();
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#skipContainer();
    else this.#skipScalar(byte);
  }

  #skipScalar(byte: number): void {
    if (byte === QUOTE) this.#string();
    else if (isNumberStart(byte)) this.#number();
    else this.#literal();
  }

  /** From the opening quote to behind the closing one. */
  #string(): void {
    const { json } = this;
    let at = this.at + 1;
    for (;;) {
      while (PLAIN[json[at] ?? 0] === 1) at += 1;
      const byte = json[at];
      if (byte === QUOTE) break;
      if (byte !== BACKSLASH) throw new NotJson();
      at += 1;
      const escaped = json[at] ?? 0;
      if (escaped === LOWER_U) at += this.#fourHexDigits(at + 1);
      else if (!SIMPLE_ESCAPES.has(escaped)) throw new NotJson();
      at += 1;
    }
    this.at = at + 1;
  }

  #number(): void {
    const end = this.#numbers.end(this.at);
    if (end < 0) throw new NotJson();
    this.at = end;
  }

  #literal(): void {
    const { json, at } = this;
    const word = LITERALS.get(json[at] ?? 0);
    if (word === undefined) throw new NotJson();
    for (let index = 1; index < word.length; index += 1) if (json[at + index] !== word[index]) throw new NotJson();
    this.at = at + word.length;
  }

  /** Keeps its own stack, one closing sign a level: depth costs bytes, no call, as in `JSON.parse`. */
  #skipContainer(): void {
    const open: number[] = [];
    do {
      const byte = this.next();
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        const close = byte === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY;
        this.at += 1;
        if (this.next() !== close) {
          open.push(close);
          if (close === CLOSE_OBJECT) this.#keyAndColon();
          continue;
        }
        this.at += 1;
      } else {
        this.#skipScalar(byte);
      }
      this.#closeOrGoOn(open);
    } while (open.length > 0);
  }

  /** Behind a value: closes what ends here, up to the next value or the end of the outermost container. */
  #closeOrGoOn(open: number[]): void {
    for (let close = open.at(-1); close !== undefined; close = open.at(-1)) {
      const byte = this.next();
      this.at += 1;
      if (byte === COMMA) {
        if (close === CLOSE_OBJECT) this.#keyAndColon();
        return;
      }
      if (byte !== close) throw new NotJson();
      open.pop();
    }
  }

  #keyAndColon(): void {
    this.key();
    this.sign(COLON);
  }

  #fourHexDigits(at: number): number {
    for (let digit = 0; digit < 4; digit += 1) {
      if (!isHexDigit(this.json[at + digit] ?? 0)) throw new NotJson();
    }
    return 4;
  }
}

function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}
