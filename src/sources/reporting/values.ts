import { CHANNELS } from '../../domain/journeys/legs/leg.js';

/** Values as CXone's tenants write them: a closed list of forms. Undefined: none of these; null: no value. */

const DECIMAL = /^-?(\d{1,15}|\d{1,3}(,\d{3})+)(\.\d+)?$/;
const CLOCK = /^(\d{1,6}):([0-5]\d):([0-5]\d(?:\.\d+)?)$/;
const ISO_DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]00:?00)?$/;

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  y: true,
  n: false,
  '1': true,
  '0': false,
};

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

/** A number, or its digits as text, with commas between thousands or without. */
export function numberIn(value: unknown): number | null | undefined {
  if (isNothing(value)) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !DECIMAL.test(value)) return undefined;
  return Number(value.replaceAll(',', ''));
}

/** Seconds: as a number, `PT1M30S`, or `00:01:30`. */
export function secondsIn(value: unknown): number | null | undefined {
  const plain = numberIn(value);
  if (plain !== undefined || typeof value !== 'string') return plain;
  const clock = CLOCK.exec(value);
  if (clock !== null) return Number(clock[1]) * 3_600 + Number(clock[2]) * 60 + Number(clock[3]);
  const duration = ISO_DURATION.exec(value);
  if (duration === null || /[PT]$/.test(value)) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = duration
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return days * 86_400 + hours * 3_600 + minutes * 60 + seconds;
}

export function booleanIn(value: unknown): boolean | null | undefined {
  if (isNothing(value)) return null;
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' || typeof value === 'number' ? BOOLEANS[String(value).toLowerCase()] : undefined;
}

/** Digits, never a double: the caller has kept long numbers as text. Leading zeros go, so that an id has one spelling. */
export function digitsIn(value: unknown): string | null | undefined {
  if (isNothing(value)) return null;
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !/^-?\d{1,30}$/.test(text)) return undefined;
  return text.replace(/^(-?)0+(?=\d)/, '$1');
}

/** The id of a contact: at most 24 digits, which is what the columns of legs hold exactly. */
export function contactIdIn(value: unknown): string | null | undefined {
  const digits = digitsIn(value);
  return digits === null || (digits !== undefined && /^\d{1,24}$/.test(digits)) ? digits : undefined;
}

/** A media type by its number; some tenants write the word. */
export function mediaTypeIn(value: unknown): string | null | undefined {
  const digits = digitsIn(value);
  if (digits !== undefined || typeof value !== 'string') return digits;
  const word = value
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ');
  return [...CHANNELS].find(([, channel]) => channel === word)?.[0];
}

/** Milliseconds since the epoch. CXone writes UTC, with `Z`, with a zero offset or with neither. */
export function instantIn(value: unknown): number | null | undefined {
  if (isNothing(value)) return null;
  if (typeof value !== 'string' || !INSTANT.test(value)) return undefined;
  const ms = Date.parse(`${value.replace(/(Z|[+-]00:?00)$/, '')}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** A name, at most 200 characters of it. */
export function textIn(value: unknown): string | null | undefined {
  if (isNothing(value)) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? Array.from(value).slice(0, 200).join('') : undefined;
}
