const grouped = new Intl.NumberFormat('en-US');
const measured = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 });

/** A count for people: `12,000`. */
export function countText(count: number): string {
  return grouped.format(count);
}

/** A count and its noun: `1 row`, `12,000 rows`. */
export function countOf(count: number, one: string, several = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : several}`;
}

/** A measured value for people: `0.731235`. A whole number has all of its digits. */
export function valueText(value: number): string {
  return Number.isSafeInteger(value) ? grouped.format(value) : measured.format(value);
}

const DIGITS_MOST = 17;

/** The edges of ranges for people: with as many digits as it takes to tell one from the next. */
export function edgeTexts(edges: readonly number[]): readonly string[] {
  for (let digits = 6; digits <= DIGITS_MOST; digits += 1) {
    const format = new Intl.NumberFormat('en-US', { maximumSignificantDigits: digits });
    const texts = edges.map((edge) => format.format(edge));
    if (digits === DIGITS_MOST || new Set(texts).size === new Set(edges).size) return texts;
  }
  return [];
}
