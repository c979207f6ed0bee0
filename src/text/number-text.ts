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

const DIGITS_LEAST = 6;
const DIGITS_MOST = 17;

/** The edges of ranges of one width, for people: with as many digits as it takes to tell one from the next. */
export function edgeTexts(edges: readonly number[], width: number): readonly string[] {
  const greatest = edges.reduce((most, edge) => Math.max(most, Math.abs(edge)), 0);
  const digits = Math.ceil(Math.log10(greatest / width)) + 2;
  const most = Math.min(DIGITS_MOST, Math.max(DIGITS_LEAST, Number.isFinite(digits) ? digits : DIGITS_LEAST));
  const format = new Intl.NumberFormat('en-US', { maximumSignificantDigits: most });
  return edges.map((edge) => format.format(edge));
}
