import type { DimensionValue } from '../../contract/result/rollup.js';
import { canonicalDecimal } from '../../domain/decimal.js';
import { CONTAINER, MISSING, STRING, type PageColumns, type TextCells, type TokenCells } from '../../pages/columns.js';

/** Spellings remembered; beyond it they are forgotten and read again. */
const REMEMBERED_SPELLINGS = 200_000;

/** The values of one dimension over all pages, each with a number: the same value has the same one, however it is spelt. */
export class DimensionValues {
  readonly values: DimensionValue[] = [];
  readonly #key: string;
  readonly #numbers = new Map<DimensionValue, number>();
  readonly #spellings = new Map<string, number>();

  constructor(key: string) {
    this.#key = key;
  }

  /**
   * The number of each row's value.
   * @param body the bytes of the page
   */
  numbersOf(page: PageColumns, body: Uint8Array): Int32Array {
    const texts = page.texts.get(this.#key);
    if (texts) return this.#ofTexts(texts);
    const tokens = page.others.get(this.#key);
    return tokens
      ? this.#ofTokens(tokens, Buffer.from(body.buffer, body.byteOffset, body.byteLength))
      : new Int32Array(page.rows);
  }

  #ofTexts({ kinds, indexes, texts }: TextCells): Int32Array {
    const ofText = texts.map((text) => this.#numberOf(text));
    const none = this.#numberOf(null);
    return numbered(kinds.length, (row) => (kinds[row] === STRING ? (ofText[indexes[row] ?? 0] ?? none) : none));
  }

  #ofTokens({ kinds, starts, ends }: TokenCells, body: Buffer): Int32Array {
    return numbered(kinds.length, (row) => {
      if (kinds[row] === MISSING || kinds[row] === CONTAINER) return this.#numberOf(null);
      // One character a byte: no decoding, and different bytes never look alike.
      const spelling = body.toString('latin1', starts[row], ends[row]);
      return this.#spellings.get(spelling) ?? this.#learn(spelling);
    });
  }

  #learn(spelling: string): number {
    // A token of a page that was scanned: a scalar.
    const value = JSON.parse(Buffer.from(spelling, 'latin1').toString()) as DimensionValue;
    // A number that a double would change stands as its digits: two ids never become one group.
    const isWhole = typeof value !== 'number' || canonicalDecimal(spelling) === canonicalDecimal(String(value));
    const number = this.#numberOf(isWhole ? value : spelling);
    if (this.#spellings.size >= REMEMBERED_SPELLINGS) this.#spellings.clear();
    this.#spellings.set(spelling, number);
    return number;
  }

  #numberOf(given: DimensionValue): number {
    // Half a surrogate pair is no text that a reader of the payload could be given.
    const value = typeof given === 'string' ? Buffer.from(given).toString() : given;
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#numbers.set(value, this.values.length);
    return this.values.push(value) - 1;
  }
}

/** As `Int32Array.from`, at a fraction of its cost. */
export function numbered(rows: number, numberOf: (row: number) => number): Int32Array {
  const numbers = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) numbers[row] = numberOf(row);
  return numbers;
}
