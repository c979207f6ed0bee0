import type { OpeningHours } from './settings.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** 1 January 1970 was a Thursday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** @param local an instant in milliseconds, moved so that UTC shows what the clocks of the hours' zone show */
export function isWithinHours({ open }: OpeningHours, local: number): boolean {
  const day = 1 + rest(Math.floor((local - FIRST_MONDAY_MS) / DAY_MS), 7);
  const minute = Math.floor(rest(local, DAY_MS) / MINUTE_MS);
  return open.some(({ days, from, to }) => days.includes(day) && minute >= minuteOf(from) && minute < minuteOf(to));
}

/** Minutes since midnight of `HH:MM` up to `24:00`; NaN where the text is no such time. */
export function minuteOf(time: string): number {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(time);
  const minute = Number(match?.[1]) * 60 + Number(match?.[2]);
  return minute <= 1_440 ? minute : NaN;
}

function rest(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
