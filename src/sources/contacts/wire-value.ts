/** How a value is written, for a message: never the value itself, which may be somebody's. */
export type ValueKind = 'missing' | 'null' | 'boolean' | 'number' | 'text' | 'object' | 'list';

export function kindOf(value: unknown): ValueKind {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  const kind = typeof value;
  if (kind === 'string') return 'text';
  return kind === 'number' || kind === 'boolean' ? kind : 'object';
}

const TRUE = new Set(['true', 'y', 'yes', '1']);
const FALSE = new Set(['false', 'n', 'no', '0', '']);

/** A boolean, `1` or `0`, or one of these as text: `"True"`, `"N"`. Null is false. */
export function readBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === null || value === 0) return false;
  if (value === 1) return true;
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : undefined;
}

const DECIMAL = /^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/;
const CLOCK = /^(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)$/;
const ISO_SPAN = /^PT(?=\d)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?$/;

/** Seconds from 0: a number, or a text as `41.5`, `"1,234.5"`, `PT1M5S`, `01:02:03`. Null and an empty text are 0. */
export function readSeconds(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  if (value === null) return 0;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '') return 0;
  if (DECIMAL.test(text)) return Number(text.replaceAll(',', ''));
  const parts = CLOCK.exec(text) ?? ISO_SPAN.exec(text);
  if (parts === null) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = parts;
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):?([0-5]\d))$/;
const MINUTE_MS = 60_000;

/** Milliseconds of an ISO 8601 instant with `Z` or an offset; a time without either could be any hour, so it is none. */
export function readInstant(value: unknown): number | undefined {
  const parts = typeof value === 'string' ? INSTANT.exec(value) : null;
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '0', sign, hours = '0', minutes = '0'] = parts;
  // `Date.parse` would do, in six times as long, and would move 31 June to 1 July.
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (Number(day) > 28 && new Date(midnight).getUTCDate() !== Number(day)) return undefined;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1) return undefined;
  const time =
    (Number(hour) * 60 + Number(minute)) * MINUTE_MS + Number(second) * 1_000 + Number(`${fraction}00`.slice(0, 3));
  const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  return midnight + time + (sign === '-' ? offset : -offset);
}

/** Digits without zeros in front; null where there is no id (`0`, empty, null). Undefined for anything else. */
export function readId(value: unknown): string | null | undefined {
  if (value === null || value === 0 || value === '') return null;
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
  if (typeof value !== 'string' || !/^\d{1,24}$/.test(value)) return undefined;
  const digits = value.replace(/^0+/, '');
  return digits === '' ? null : digits;
}
