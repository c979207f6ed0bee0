const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_E = 0x65;

/** Those that are whole in a double: a whole mantissa divided by one is rounded once, as in `Number`. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, power) => 10 ** power);

/** Decimals of fifteen digits each have a double of their own. */
const PLAIN_MANTISSA = 1e15;

/** Reads JSON's numbers, one after the other. */
export class JsonNumber {
  readonly #json: Buffer;
  /** Of the last number: its digits without the point, exact up to the largest safe integer; infinite with an exponent. */
  #mantissa = 0;
  #decimals = 0;

  constructor(json: Buffer) {
    this.#json = json;
  }

  /** Where the number at `start` ends (exclusive); -1 where none is. */
  end(start: number): number {
    const json = this.#json;
    const first = json[start] === MINUS ? start + 1 : start;
    let at = first;
    let mantissa = 0;
    let byte = json[at] ?? 0;
    for (; isDigit(byte); byte = json[++at] ?? 0) mantissa = mantissa * 10 + (byte - ZERO);
    if (at === first || (json[first] === ZERO && at > first + 1)) return -1;
    let decimals = 0;
    if (byte === POINT) {
      const point = at;
      byte = json[++at] ?? 0;
      for (; isDigit(byte); byte = json[++at] ?? 0) mantissa = mantissa * 10 + (byte - ZERO);
      decimals = at - point - 1;
      if (decimals === 0) return -1;
    }
    const hasExponent = (byte | 0x20) === LOWER_E;
    this.#mantissa = hasExponent ? Infinity : mantissa;
    this.#decimals = decimals;
    return hasExponent ? this.#exponentEnd(at + 1) : at;
  }

  /** What `JSON.parse` makes of the number between, which was read last. */
  value(start: number, end: number): number {
    const power = POWERS_OF_TEN[this.#decimals];
    if (this.#mantissa > Number.MAX_SAFE_INTEGER || power === undefined) {
      return Number(this.#json.toString('latin1', start, end));
    }
    const value = this.#mantissa / power;
    return this.#json[start] === MINUS ? -value : value;
  }

  /** Whether the number that was read last has so few digits that no other decimal has its double. */
  get isPlain(): boolean {
    return this.#mantissa < PLAIN_MANTISSA && this.#decimals < POWERS_OF_TEN.length;
  }

  #exponentEnd(at: number): number {
    const json = this.#json;
    const first = json[at] === PLUS || json[at] === MINUS ? at + 1 : at;
    let end = first;
    while (isDigit(json[end] ?? 0)) end += 1;
    return end === first ? -1 : end;
  }
}

export function isNumberStart(byte: number): boolean {
  return byte === MINUS || isDigit(byte);
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
