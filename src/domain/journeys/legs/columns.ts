const LOW_DIGITS = 9;
const LOW = 10 ** LOW_DIGITS;

type Numbers = Float64Array | Uint32Array;

/** A column of numbers that grows at its end. */
export class Column<T extends Numbers> {
  #values: T;
  #length = 0;
  readonly #make: (length: number) => T;

  constructor(make: (length: number) => T, room: number) {
    this.#make = make;
    this.#values = make(room);
  }

  add(value: number): void {
    if (this.#length === this.#values.length) {
      // By a half, not to twice: at a million legs the doubled columns are what would not fit.
      const wider = this.#make(Math.ceil(this.#length * 1.5) + 16);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#length++] = value;
  }

  at(row: number): number {
    return this.#values[row] ?? 0;
  }
}

export const floats = (length: number): Float64Array => new Float64Array(length);
export const words = (length: number): Uint32Array => new Uint32Array(length);

/** Ids of contacts in 12 bytes each, exact up to 24 digits: a double would round those above 2^53, a text takes 40. */
export class ContactIds {
  readonly #high: Column<Float64Array>;
  readonly #low: Column<Uint32Array>;

  constructor(room: number) {
    this.#high = new Column(floats, room);
    this.#low = new Column(words, room);
  }

  /** @param id digits without a zero in front, at most 24 */
  add(id: string): void {
    this.#high.add(id.length > LOW_DIGITS ? Number(id.slice(0, -LOW_DIGITS)) : 0);
    this.#low.add(Number(id.length > LOW_DIGITS ? id.slice(-LOW_DIGITS) : id));
  }

  high(row: number): number {
    return this.#high.at(row);
  }

  low(row: number): number {
    return this.#low.at(row);
  }

  text(row: number): string {
    const [high, low] = [this.high(row), this.low(row)];
    return high === 0 ? String(low) : String(high) + String(low + LOW).slice(1);
  }

  /** Whether the id at `row` is the larger number. */
  isLarger(row: number, than: number): boolean {
    const [high, other] = [this.high(row), this.high(than)];
    return high === other ? this.low(row) > this.low(than) : high > other;
  }
}
