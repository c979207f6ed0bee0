import { secondsIn } from '../reporting/values.js';

const NUMBER = /^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)?(\.\d+)?$/;
const FLAGS: Readonly<Record<string, string>> = { y: '1', n: '0', true: '1', false: '0' };

/**
 * A cell as JSON of a metric. Numbers keep their digits: none goes through a double. `Y` and `N` count as 1 and 0,
 * `00:01:30` as seconds, an empty cell is null. Other text stays text, and verification reports it.
 */
export function metricJson(cell: string): string {
  const text = cell.trim();
  if (text === '') return 'null';
  const number = numberJson(text) ?? FLAGS[text.toLowerCase()];
  if (number !== undefined) return number;
  const seconds = secondsIn(text);
  return JSON.stringify(seconds ?? cell);
}

function numberJson(text: string): string | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole, fraction = ''] = match as readonly (string | undefined)[];
  if (whole === undefined && fraction === '') return undefined;
  const digits = (whole ?? '').replaceAll(',', '').replace(/^0+(?=\d)/, '');
  return `${sign === '-' ? '-' : ''}${digits === '' ? '0' : digits}${fraction}`;
}

/** A cell as JSON of a dimension: text as it stands, so that an id stays its digits; an empty cell is null. */
export function dimensionJson(cell: string): string {
  return cell === '' ? 'null' : JSON.stringify(cell);
}
