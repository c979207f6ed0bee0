import type { Zone } from 'luxon';
import { plusLocal, startOfLocal } from './date-text.js';
import type { DateUnit } from './date-text.js';
import type { Span } from './span.js';
import { instantOf, localOf } from './zone.js';

const HOUR_MS = 3_600_000;

/** A calendar day, week (from Monday) or month of a zone. `local` is its start on the clocks, in the sense of `localOf`. */
export interface CalendarUnit extends Span {
  readonly local: number;
}

/**
 * The days, weeks or months of a zone one after another, from the one that the instant lies in; without end. Each ends
 * where the next begins, whatever the clocks do meanwhile. A day that never was (the zone moved across the date line)
 * is left out.
 */
export function* unitsFrom(instant: number, unit: DateUnit, zone: Zone): Generator<CalendarUnit, never> {
  let local = startOfLocal(localOf(instant, zone), unit);
  let { instant: start } = instantOf(local, zone);
  for (;;) {
    const nextLocal = plusLocal(local, 1, unit);
    const { instant: end } = instantOf(nextLocal, zone);
    if (end > Math.max(start, instant)) yield { start, end, local };
    [local, start] = [nextLocal, end];
  }
}

/** The same backwards, from the last one that is over at the instant. */
export function* unitsBefore(instant: number, unit: DateUnit, zone: Zone): Generator<CalendarUnit, never> {
  let local = startOfLocal(localOf(instant, zone), unit);
  let { instant: end } = instantOf(local, zone);
  for (;;) {
    local = plusLocal(local, -1, unit);
    const { instant: start } = instantOf(local, zone);
    if (start < end) yield { start, end, local };
    end = start;
  }
}

/**
 * The hours of a zone from the one that the instant lies in: each begins where the clocks show a full hour, or jump. So
 * the hour that they show twice is two, one that they skip is not one, and a change by half an hour cuts one short.
 */
export function* hoursFrom(instant: number, zone: Zone): Generator<Span, never> {
  // From the day's start, so that a change by half an hour before the instant is seen.
  let { instant: start } = instantOf(startOfLocal(localOf(instant, zone), 'day'), zone);
  for (;;) {
    const local = localOf(start, zone);
    const end = start + HOUR_MS - (((local % HOUR_MS) + HOUR_MS) % HOUR_MS);
    if (end > instant) yield { start, end };
    start = end;
  }
}
