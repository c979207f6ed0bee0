import { labelOfLocal, startOfLocal } from './date-text.js';
import { zoneNamed } from './windows.js';
import { instantOf, localOf } from './zone.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** As far ahead as clock changes are worth foretelling. */
const DAYS_AHEAD = 5 * 366;

/** A day on which the clocks of a zone skip a time, or show it twice. */
export interface ClockProblem {
  /** The first such day, e.g. `2027-03-28`. */
  readonly date: string;
  readonly kind: 'skipped' | 'twice';
}

/**
 * Whether clock changes skip or double a time of day on some day of the next five years: what starts then would not
 * start that day, or twice. Throws `WindowError` at `timeZone`.
 * @param at hour 0..23 and minute 0..59 on the clocks of the zone
 * @param fromMs the first day is the one of this instant
 */
export function clockProblem(
  at: { readonly hour: number; readonly minute: number },
  timeZone: string,
  fromMs: number,
): ClockProblem | undefined {
  const zone = zoneNamed(timeZone, 'timeZone');
  const first = startOfLocal(localOf(fromMs, zone), 'day') + (at.hour * 60 + at.minute) * MINUTE_MS;
  for (let day = 0; day < DAYS_AHEAD; day += 1) {
    const local = first + day * DAY_MS;
    const { shown } = instantOf(local, zone);
    if (shown !== 'once') return { date: labelOfLocal(local, 'day'), kind: shown };
  }
  return undefined;
}
