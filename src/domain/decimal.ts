const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Exponents beyond this are compared as text: no source measures with them, and their digits are not worth adding up. */
const LONGEST_EXPONENT = 15;

/**
 * One text for each decimal number, however it is written: `0.50`, `.5` and `5e-1` are the same. Exact, unlike a double.
 * Undefined for a text that is no decimal number.
 */
export function canonicalDecimal(text: string): string | undefined {
  const [, sign, whole = '', decimals = '', exponent = '0'] = DECIMAL.exec(text.trim()) ?? [];
  if (sign === undefined || whole + decimals === '') return undefined;
  const digits = (whole + decimals).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  if (exponent.length > LONGEST_EXPONENT) return `${sign}${digits}e${exponent}`;
  const power = Number(exponent) - decimals.length + digits.length - significant.length;
  return `${sign === '-' ? '-' : ''}${significant}e${power}`;
}
