import { lookbackWindows } from '../../calendar/lookback.js';
import { nominalTimes, type StartTimes } from '../../calendar/nominal-times.js';
import { clockProblem, type ClockProblem } from '../../calendar/start-time.js';
import { startOfLocal } from '../../calendar/date-text.js';
import { resolveWindow, WindowError, zoneNamed, zoneOf } from '../../calendar/windows.js';
import { instantOf, localOf } from '../../calendar/zone.js';
import { invalidRequestError } from '../error.js';
import type { ScheduledRequest } from './schedule-request.js';

/** How often a schedule starts. */
export type Every = StartTimes['every'];

const EVERY: ReadonlyMap<string, Every> = new Map([
  ['today-so-far', 'hour'],
  ['previous-week', 'week'],
  ['previous-month', 'month'],
]);

/** Not on the hour: at midnight `today-so-far` would have nothing in it. */
const AT = { hour: ':05', day: '05:00', week: '05:00', month: '05:00' } as const;

const TIME = /^([01]\d|2[0-3])?:([0-5]\d)$/;

/** Reads `05:00`, or `:05` for an hourly start, whose hour is 0; undefined for anything else. */
export function readAt(at: string, every: Every): StartTimes['at'] | undefined {
  const [, hour, minute] = TIME.exec(at) ?? [];
  if (minute === undefined || (hour === undefined) !== (every === 'hour')) return undefined;
  return { hour: Number(hour ?? 0), minute: Number(minute) };
}

/** As many as an hourly schedule has on the longest day: one of them is the day's first. */
const STARTS_LOOKED_AT = 25;

interface Asked {
  readonly every?: Every | undefined;
  readonly at?: string | undefined;
  readonly request: ScheduledRequest;
  readonly relative: string;
  readonly timeZone: string;
  readonly lookback: number;
}

/** When the schedule starts: a time that each day has once, and at which the window is there. Throws `InvalidRequest`. */
export function startOf(asked: Asked, nowMs: number): { readonly every: Every; readonly at: string } {
  const { relative, timeZone, every = EVERY.get(relative) ?? 'day', at = AT[every] } = asked;
  const time = readAt(at, every);
  if (time === undefined) {
    const wanted = every === 'hour' ? 'a minute of the hour, like ":05"' : 'a time of day, like "05:00"';
    throw refusal('at', `"${at}" is not ${wanted}`);
  }
  const [problem, starts] = onCalendar(() => [
    every === 'hour' ? undefined : clockProblem(time, timeZone, nowMs),
    firstOf(nominalTimes({ every, at: time, timeZone }, nowMs), STARTS_LOOKED_AT),
  ]);
  if (problem !== undefined) throw refusal('at', clockSentence(at, timeZone, problem));
  const isSoFar = relative === 'today-so-far' || relative === 'month-to-date';
  if (isSoFar && starts.some((instant) => beginsDay(instant, timeZone))) {
    throw refusal('at', `"${at}" is the start of a day, when "${relative}" is empty; start a few minutes later`);
  }
  requireWindow(asked, starts[0] ?? nowMs);
  return { every, at };
}

function firstOf(times: Iterable<number>, count: number): readonly number[] {
  const first: number[] = [];
  for (const time of times) if (first.push(time) === count) break;
  return first;
}

function beginsDay(instant: number, timeZone: string): boolean {
  const zone = zoneNamed(timeZone, 'timeZone');
  return instantOf(startOfLocal(localOf(instant, zone), 'day'), zone).instant === instant;
}

/** The window of one start is like that of all others: what is wrong with it is wrong with the request. */
export function requireWindow(
  { request: { timeZone, window }, relative, lookback }: Pick<Asked, 'request' | 'relative' | 'lookback'>,
  anchorMs: number,
): void {
  onCalendar(() => {
    if (lookback === 1) resolveWindow({ timeZone, window }, anchorMs);
    else lookbackWindows(relative, lookback, anchorMs, zoneOf({ timeZone, window }).zone);
  });
}

/** What the calendar does not have is `InvalidRequest`. */
export function onCalendar<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof WindowError ? invalidRequestError([error]) : error;
  }
}

/** What clock changes do to a time of day, and what to do about it. */
export function clockSentence(at: string, timeZone: string, { date, kind }: ClockProblem): string {
  const what = kind === 'skipped' ? 'skip it' : 'show it twice';
  return `"${at}" does not exist once on every day: on ${date} the clocks of ${timeZone} ${what}; use 05:00`;
}

function refusal(path: string, message: string): Error {
  return invalidRequestError([{ path, message }]);
}
