import { DateTime } from 'luxon';

const UNITS = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'min' },
  { ms: 1_000, name: 's' },
] as const;

/** A length of time for people, in its largest units, two unless said otherwise: `1 min 32 s`, `3 d 4 h`, `850 ms`. */
export function durationText(ms: number, units = 2): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1_000) * 1_000;
  const first = UNITS.findIndex((unit) => seconds >= unit.ms);
  let rest = seconds;
  return UNITS.slice(first, first + units)
    .map((unit) => {
      const count = Math.floor(rest / unit.ms);
      rest -= count * unit.ms;
      return count === 0 ? '' : `${count} ${unit.name}`;
    })
    .filter((part) => part !== '')
    .join(' ');
}

/** How long ago an instant is: `3 min ago`. */
export function agoText(instant: string, nowMs: number): string {
  return `${durationText(Math.max(1_000, nowMs - Date.parse(instant)), 1)} ago`;
}

/** That an answer is an earlier run's: `result of the run of 12:31 (20 s ago); --again reads the source again`. */
export function storedText(endedAt: string, nowMs: number): string {
  const isToday = endedAt.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10);
  const at = `${isToday ? '' : `${endedAt.slice(0, 10)} `}${endedAt.slice(11, 16)}`;
  return `result of the run of ${at} (${agoText(endedAt, nowMs)}); --again reads the source again`;
}

/** How long it is until an instant: `in 11 h`. */
export function aheadText(instant: string, nowMs: number): string {
  return `in ${durationText(Math.max(1_000, Date.parse(instant) - nowMs), 1)}`;
}

/** An instant on the clocks of a zone: `Tue 2026-11-24 05:03`; in UTC, and saying so, where there is no such zone. */
export function zonedText(instant: string, timeZone: string): string {
  const local = DateTime.fromISO(instant, { zone: timeZone, locale: 'en' });
  return local.isValid ? local.toFormat('ccc yyyy-MM-dd HH:mm') : instant;
}
