import fc from 'fast-check';
import { DateTime } from 'luxon';
import { resolveWindow } from '../../src/calendar/windows.js';
import type { RunWindow } from '../../src/contract/request.js';

/** Zones of both hemispheres, with half-hour offsets, a half-hour summer time, and days that begin at 01:00. */
export const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/Sao_Paulo',
);

/** Calendar days from 2016 to 2026. */
export const days = fc
  .integer({ min: 0, max: 4_000 })
  .map((day) => new Date(Date.UTC(2016, 0, 1 + day)).toISOString().slice(0, 10));

/** Milliseconds of an instant. */
export const at = (iso: string): number => DateTime.fromISO(iso, { setZone: true }).toMillis();

export function windowOf(dateFrom: string, dateTo: string, timeZone = 'UTC'): RunWindow {
  return resolveWindow({ dateFrom, dateTo, timeZone }, 0);
}
