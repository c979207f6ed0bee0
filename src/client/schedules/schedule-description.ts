import type { Client, ScheduleDescription as TemporalSchedule } from '@temporalio/client';
import { instantText } from '../../calendar/date-text.js';
import { AGGREGATE_WORKFLOW, BACKFILL_WORKFLOW } from '../../contract/values/names.js';
import { JourneyMetricsError, toClientError } from '../error.js';
import { summaryOf } from '../runs/run-list.js';
import type { RunSummary } from '../../contract/result/run-description.js';
import type { ScheduleDefinition } from './schedule-definition.js';
import { readDefinition } from './schedule-spec.js';
import { readingAnyMemo } from '../payloads.js';

/** A schedule and how it fares. Times are ISO 8601 in UTC. */
export interface ScheduleDescription extends ScheduleDefinition {
  /** The next five starts, with their jitter; none while it is paused. */
  readonly nextTimes: readonly string[];
  /** Runs that it has started. */
  readonly started: number;
  /** Starts that came later than `catchUp` allows: Temporal was away for longer. Their windows were not read. */
  readonly missed: number;
  /** Starts that its overlap policy took away. None where the policy is ours, `ALLOW_ALL`. */
  readonly skipped: number;
  /** Temporal's overlap policy. */
  readonly overlap: string;
  readonly createdAt: string;
}

/** A schedule with the latest runs that it started, newest first, ten at most; without those that Temporal has forgotten. */
export interface ScheduleWithRuns extends ScheduleDescription {
  readonly runs: readonly RunSummary<string>[];
}

const NEXT_MOST = 5;

export function descriptionOf(schedule: TemporalSchedule): ScheduleDescription {
  const { policies, info } = schedule;
  const definition = readDefinition(schedule);
  const next = definition.paused ? [] : info.nextActionTimes.slice(0, NEXT_MOST);
  return {
    ...definition,
    nextTimes: next.map((time) => instantText(time.getTime())),
    started: info.numActionsTaken,
    missed: info.numActionsMissedCatchupWindow,
    skipped: info.numActionsSkippedOverlap,
    overlap: policies.overlap ?? 'SKIP',
    createdAt: instantText(info.createdAt.getTime()),
  };
}

/** What it started, as Temporal still knows it. */
export async function runsOf(client: Client, { info }: TemporalSchedule): Promise<readonly RunSummary<string>[]> {
  const runs: RunSummary<string>[] = [];
  // The same start, made again, has the same id: it is shown as it is now.
  for (const workflowId of new Set(info.recentActions.map(({ action }) => action.workflow.workflowId).toReversed())) {
    try {
      runs.push(summaryOf<string>(await readingAnyMemo(client).workflow.getHandle(workflowId).describe()));
    } catch (error) {
      const failure = toClientError(error);
      if (!(failure instanceof JourneyMetricsError && failure.type === 'RunNotFound')) throw failure;
    }
  }
  return runs;
}

const STARTED: readonly string[] = [AGGREGATE_WORKFLOW, BACKFILL_WORKFLOW];

/** Whether it starts what a window is read by. */
function startsRuns(workflowType: string | undefined): boolean {
  return workflowType !== undefined && STARTED.includes(workflowType);
}

/** What somebody else made, or the worker keeps for itself, is not touched. Throws `ScheduleNotOurs`. */
export function requireOurs({ scheduleId, action }: TemporalSchedule, taskQueue: string): void {
  if (startsRuns(action.workflowType) && action.taskQueue === taskQueue) return;
  const starts = `it starts ${action.workflowType} on the task queue ${action.taskQueue}`;
  throw new JourneyMetricsError(
    'ScheduleNotOurs',
    `the schedule ${scheduleId} is not ours and was not changed: ${starts}`,
  );
}

/** Schedules of ours, as Temporal lists them: a new one appears a moment later. */
export async function* schedulesOf(client: Client, taskQueue: string): AsyncGenerator<TemporalSchedule, void> {
  for await (const { scheduleId, action } of client.schedule.list()) {
    // The list does not say which task queue.
    const schedule = startsRuns(action?.workflowType) ? await describeIfThere(client, scheduleId) : undefined;
    if (schedule?.action.taskQueue === taskQueue) yield schedule;
  }
}

/** Undefined where Temporal has no such schedule. */
export async function describeIfThere(client: Client, scheduleId: string): Promise<TemporalSchedule | undefined> {
  try {
    return await client.schedule.getHandle(scheduleId).describe();
  } catch (error) {
    const failure = toClientError(error);
    if (failure instanceof JourneyMetricsError && failure.type === 'ScheduleNotFound') return undefined;
    throw failure;
  }
}
