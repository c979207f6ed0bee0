import { isUtf8 } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { numberInText } from '../../../src/domain/numeric.js';
import {
  CONTAINER,
  MISSING,
  NULL,
  NUMBER,
  NUMERIC_STRING,
  OTHER,
  ROUNDED,
  STRING,
  type PageColumns,
} from '../../../src/pages/columns.js';
import type { PageKeys } from '../../../src/pages/rows-scan.js';
import type { ScannedPage } from '../../../src/pages/scan-page.js';

type Row = Readonly<Record<string, unknown>>;

/** What `JSON.parse` makes of the page; undefined where it makes nothing of it. No JSON says undefined. */
export function parsedPage(page: Buffer): unknown {
  if (!isUtf8(page)) return undefined;
  try {
    return JSON.parse(page.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Where the scan says something else than `JSON.parse`; undefined where they agree. */
export function differenceOf(
  page: Buffer,
  scanned: ScannedPage | undefined,
  keys: PageKeys,
  envelopeKeys: readonly string[],
): string | undefined {
  const parsed = parsedPage(page);
  if (!isObject(parsed))
    return scanned && `accepts what JSON.parse ${parsed === undefined ? 'rejects' : 'reads as no object'}`;
  if (scanned === undefined) return 'rejects what JSON.parse accepts';
  const asked = envelopeKeys.filter((key) => key !== 'data' && Object.hasOwn(parsed, key));
  if (!isDeepStrictEqual(scanned.envelope, Object.fromEntries(asked.map((key) => [key, parsed[key]]))))
    return 'envelope';
  const data = Object.hasOwn(parsed, 'data') ? parsed['data'] : undefined;
  if (!Array.isArray(data))
    return scanned.columns === undefined && scanned.nonObjectRows === 0 ? undefined : 'rows without an array';
  if (scanned.columns === undefined) return 'no rows';
  if (scanned.nonObjectRows !== data.filter((row) => !isObject(row)).length) return 'nonObjectRows';
  return differenceInRows(page, scanned.columns, data, keys);
}

function differenceInRows(
  page: Buffer,
  columns: PageColumns,
  data: readonly unknown[],
  keys: PageKeys,
): string | undefined {
  const { rows, starts, ends, metrics, texts, others } = columns;
  const lengths = [...metrics.values(), ...texts.values(), ...others.values(), { starts, ends }]
    .flatMap((cells) => Object.entries(cells))
    .filter(([name]) => name !== 'texts')
    .map(([, values]: [string, ArrayLike<unknown>]) => values.length);
  if (rows !== data.length || lengths.some((length) => length !== rows)) return 'number of rows';
  if (
    !isDeepStrictEqual(
      [metrics, texts, others].map((cells) => [...cells.keys()]),
      [keys.metrics, keys.texts, keys.others],
    )
  )
    return 'keys';
  for (const [index, row] of data.entries()) {
    if (!saysSame(page, starts[index], ends[index], row)) return `bytes of row ${index}`;
    const key = differentKey(page, columns, index, isObject(row) ? row : {});
    if (key !== undefined) return `row ${index}: ${key}`;
  }
  return undefined;
}

function differentKey(
  page: Buffer,
  { metrics, texts, others }: PageColumns,
  index: number,
  row: Row,
): string | undefined {
  const valueOf = (key: string): unknown => (Object.hasOwn(row, key) ? row[key] : undefined);
  for (const [key, { kinds, values }] of metrics) {
    const value = valueOf(key);
    const kind = metricKindOf(value);
    const number = kind === NUMBER || kind === NUMERIC_STRING ? Number(value) : NaN;
    if (!isKind(kinds[index], kind, value) || !Object.is(values[index], number)) return `metric ${key}`;
  }
  for (const [key, { kinds, indexes, texts: list }] of texts) {
    const value = valueOf(key);
    if (kinds[index] !== kindOf(value)) return `kind of text ${key}`;
    if (typeof value === 'string' && list[indexes[index] ?? -1] !== value) return `text ${key}`;
  }
  for (const [key, { kinds, starts, ends }] of others) {
    const value = valueOf(key);
    if (kinds[index] !== kindOf(value)) return `kind of ${key}`;
    const isSame =
      value === undefined
        ? starts[index] === 0 && ends[index] === 0
        : saysSame(page, starts[index], ends[index], value);
    if (!isSame) return `bytes of ${key}`;
  }
  return undefined;
}

/** Whether these bytes are the value, without anything around it. */
function saysSame(page: Buffer, start: number | undefined, end: number | undefined, value: unknown): boolean {
  const bytes = page.subarray(start, end);
  const isTight = [bytes.at(0), bytes.at(-1)].every((byte = 0) => byte > 0x20);
  return isTight && isDeepStrictEqual(parsedPage(bytes), value);
}

function kindOf(value: unknown): number {
  if (value === undefined) return MISSING;
  if (value === null) return NULL;
  if (typeof value === 'object') return CONTAINER;
  if (typeof value === 'string') return STRING;
  return Number.isFinite(value) ? NUMBER : OTHER;
}

function metricKindOf(value: unknown): number {
  return typeof value === 'string' && !Number.isNaN(numberInText(value)) ? NUMERIC_STRING : kindOf(value);
}

/** Whether a number may be called rounded. Of one in a text the digits are at hand: there it must be, or must not. */
function isKind(found: number | undefined, kind: number, value: unknown): boolean {
  if (kind === NUMERIC_STRING) return found === (isRounded(String(value)) ? ROUNDED : kind);
  return found === kind || (kind === NUMBER && found === ROUNDED);
}

/** Whether the double of a decimal, written out, is another number. Exact, by whole numbers. */
function isRounded(text: string): boolean {
  return scaled(text) !== scaled(String(Number(text)));
}

function scaled(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.trim().toLowerCase().split('e');
  const [whole = '', decimals = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const digits = BigInt(whole + decimals);
  const value = digits * 10n ** BigInt(Math.max(0, 1_000 + Number(exponent) - decimals.length));
  return mantissa.startsWith('-') ? -value : value;
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
