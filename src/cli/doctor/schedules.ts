import type { Client, ScheduleDescription } from '@temporalio/client';
import { clockProblem } from '../../calendar/start-time.js';
import { schedulesOf } from '../../client/schedules/schedule-description.js';
import { durationName, readDefinition } from '../../client/schedules/schedule-spec.js';
import { clockSentence, onCalendar, readAt } from '../../client/schedules/schedule-start.js';
import { ok, warn, type Check } from './check.js';

/** Schedules that are looked at; more would take longer than anybody waits for a doctor. */
const LOOKED_AT_MOST = 200;

const DAY_MS = 86_400_000;

/** What a window of its own for each start does not go together with. */
const HARMFUL: Readonly<Record<string, string>> = {
  SKIP: 'a window is never read if the previous run is still active (overlap policy SKIP)',
  BUFFER_ONE: 'only one window waits for the previous run; later ones are never read (overlap policy BUFFER_ONE)',
  CANCEL_OTHER: 'a start cancels the previous run, so its window is not read (overlap policy CANCEL_OTHER)',
  TERMINATE_OTHER: 'a start terminates the previous run, so its window is not read (overlap policy TERMINATE_OTHER)',
};

/** Schedules of ours that would leave a window out. */
export async function checkSchedules(client: Client, taskQueue: string, nowMs: number): Promise<Check> {
  const name = 'schedules';
  const problems: string[] = [];
  let lookedAt = 0;
  for await (const schedule of schedulesOf(client, taskQueue)) {
    if (lookedAt === LOOKED_AT_MOST) break;
    lookedAt += 1;
    problems.push(...problemsOf(schedule, nowMs).map((problem) => `${schedule.scheduleId}: ${problem}`));
  }
  if (lookedAt === 0) return ok(name, 'none');
  if (problems.length === 0) return ok(name, `${lookedAt}, none skips a window`);
  return warn(
    name,
    problems.join('; '),
    '`journey-metrics schedules update SCHEDULE` gives it the overlap policy AllowAll; `--catch-up "30 days"` and ' +
      '`--at 05:00` fix the rest',
  );
}

/** Why windows may be left out, a sentence each. */
export function problemsOf(schedule: ScheduleDescription, nowMs: number): readonly string[] {
  const { policies } = schedule;
  const { every, at, timeZone } = readDefinition(schedule);
  const harmful = HARMFUL[policies.overlap ?? 'SKIP'];
  const time = every === null || every === 'hour' || at === null ? undefined : readAt(at, every);
  const problem = time === undefined ? undefined : onCalendar(() => clockProblem(time, timeZone, nowMs));
  return [
    ...(harmful === undefined ? [] : [harmful]),
    ...(policies.catchupWindow < DAY_MS
      ? [`starts missed for more than ${durationName(policies.catchupWindow)} are lost`]
      : []),
    ...(problem === undefined ? [] : [clockSentence(at ?? '', timeZone, problem)]),
  ];
}
