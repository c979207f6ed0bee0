import type { Backfill } from '@temporalio/client';
import { nominalTimes } from '../../calendar/nominal-times.js';
import { clockProblem } from '../../calendar/start-time.js';
import { readRange, zoneNamed } from '../../calendar/windows.js';
import { invalidRequestError } from '../error.js';
import type { ScheduleDefinition } from './schedule-definition.js';
import { jitterOf } from './schedule-spec.js';
import { clockSentence, onCalendar, readAt } from './schedule-start.js';

/** Starts that one call takes at most: Temporal starts them all at once. */
const STARTS_MOST = 100;

const SECOND_MS = 1_000;

/** Half-open; dates are days in the schedule's time zone. */
export interface StartRange {
  readonly from: string;
  readonly to: string;
}

/** The starts that a schedule has in a range which is over. Throws `InvalidRequest`. */
export function startsIn({ every, at, timeZone }: ScheduleDefinition, range: StartRange, nowMs: number): number[] {
  const time = every === null || at === null ? undefined : readAt(at, every);
  if (every === null || time === undefined) {
    throw refusal('every', 'its times were made by hand: use `temporal schedule backfill`, or update it with `every`');
  }
  const { start, end } = onCalendar(() =>
    readRange({ path: 'from', text: range.from }, { path: 'to', text: range.to }, zoneNamed(timeZone, 'timeZone')),
  );
  const problem = every === 'hour' ? undefined : clockProblem(time, timeZone, start);
  if (problem !== undefined) throw refusal('every', clockSentence(at ?? '', timeZone, problem));
  if (end > nowMs) throw refusal('to', `"${range.to}" is in the future: the schedule itself starts future runs`);
  const starts: number[] = [];
  for (const instant of nominalTimes({ every, at: time, timeZone }, start)) {
    if (instant >= end) break;
    if (starts.length === STARTS_MOST) {
      const instead = '`journey-metrics backfill start` reads longer ranges, a few windows at a time';
      throw refusal('to', `more than ${STARTS_MOST} starts are in this range: ${instead}`);
    }
    starts.push(instant);
  }
  if (starts.length > 0) return starts;
  throw refusal('to', `the schedule has no start in this range: it starts every ${every} at ${at}, ${timeZone}`);
}

/**
 * The range as Temporal takes it: both ends inclusive, and a start is in it when its jittered time is. The jitter of the
 * last start is less than the whole, and pushes it to no later one.
 */
export function temporalRange(starts: readonly number[], definition: ScheduleDefinition): Backfill {
  const [first = 0, last = first] = [starts[0], starts.at(-1)];
  return {
    start: new Date(first - SECOND_MS),
    end: new Date(last + Math.max(jitterOf(definition) - 1, 0)),
    overlap: 'ALLOW_ALL',
  };
}

function refusal(path: string, message: string): Error {
  return invalidRequestError([{ path, message }]);
}
