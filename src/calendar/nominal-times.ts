import type { Zone } from 'luxon';
import type { DateUnit } from './date-text.js';
import { unitsFrom } from './units.js';
import { zoneNamed } from './windows.js';
import { instantOf } from './zone.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** When something starts again and again: in each hour, on each day, on Mondays, on the first of each month. */
export interface StartTimes {
  readonly every: 'hour' | DateUnit;
  /** On the clocks of the zone; of an hourly start the minute of UTC's hours, which no clock change moves. */
  readonly at: { readonly hour: number; readonly minute: number };
  readonly timeZone: string;
}

/**
 * The instants at which it starts, from one on, oldest first, without end. A time of day that the clocks skip is not one.
 * Of one that they show twice it is the first; Temporal does not say which it takes: see `clockProblem`. Throws
 * `WindowError` at `timeZone`.
 */
export function* nominalTimes({ every, at, timeZone }: StartTimes, from: number): Generator<number, void> {
  const zone = zoneNamed(timeZone, 'timeZone');
  const times = every === 'hour' ? hourly(at.minute, from) : daily(every, at, from, zone);
  for (const instant of times) if (instant >= from) yield instant;
}

function* hourly(minute: number, from: number): Generator<number, never> {
  for (let hour = Math.floor(from / HOUR_MS); ; hour += 1) yield hour * HOUR_MS + minute * MINUTE_MS;
}

function* daily(unit: DateUnit, at: StartTimes['at'], from: number, zone: Zone): Generator<number, void> {
  for (const { local } of unitsFrom(from, unit, zone)) {
    const { instant, shown } = instantOf(local + at.hour * HOUR_MS + at.minute * MINUTE_MS, zone);
    if (shown !== 'skipped') yield instant;
  }
}
