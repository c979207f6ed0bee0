import fc from 'fast-check';
import { DateTime } from 'luxon';
import { resolveWindow } from '../../../src/calendar/windows.js';
import type { RunWindow } from '../../../src/contract/request/request.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const [FIRST, LAST] = [Date.UTC(2016, 0, 1), Date.UTC(2027, 0, 1)];

/** Zones of both hemispheres, with half-hour offsets, a half-hour summer time, and days that begin at 01:00. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/Sao_Paulo',
] as const;

export const zones = fc.constantFrom(...ZONES);

/** Calendar days from 2016 to 2026. */
export const days = fc
  .integer({ min: 0, max: 4_000 })
  .map((day) => new Date(Date.UTC(2016, 0, 1 + day)).toISOString().slice(0, 10));

/** A minute in a zone. */
export interface Moment {
  readonly zone: string;
  readonly instant: number;
}

/** Days on which the clocks of a zone change, and those at which a year, or the February of a leap year, ends. */
const SPECIAL_DAYS: readonly Moment[] = ZONES.flatMap((zone) => {
  const offsetAt = (instant: number): number => DateTime.fromMillis(instant, { zone }).offset;
  const dates = Array.from({ length: (LAST - FIRST) / DAY_MS }, (_, day) => FIRST + day * DAY_MS);
  return dates
    .filter((day) => offsetAt(day) !== offsetAt(day + DAY_MS) || /-(01-01|02-29)T/.test(new Date(day).toISOString()))
    .map((instant) => ({ zone, instant }));
});

/** Any minute from 2016 to 2026, every other one within two days of a special day. */
export const moments: fc.Arbitrary<Moment> = fc.oneof(
  fc.record({ zone: zones, instant: fc.integer({ min: FIRST / MINUTE_MS, max: LAST / MINUTE_MS }).map(minutes) }),
  fc
    .tuple(fc.constantFrom(...SPECIAL_DAYS), fc.integer({ min: -2 * 1_440, max: 3 * 1_440 }))
    .map(([{ zone, instant }, after]) => ({ zone, instant: instant + minutes(after) })),
);

function minutes(count: number): number {
  return count * MINUTE_MS;
}

/** Milliseconds of an instant. */
export const at = (iso: string): number => DateTime.fromISO(iso, { setZone: true }).toMillis();

/** The window as somebody asks for it who lives long after it. */
export function windowOf(dateFrom: string, dateTo: string, timeZone = 'UTC'): RunWindow {
  return resolveWindow({ dateFrom, dateTo, timeZone }, Date.UTC(2100, 0, 1));
}
