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

/** A measured value for people: `0.731235`. */
export function valueText(value: number): string {
  return measured.format(value);
}
