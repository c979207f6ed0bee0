import { planOf } from '../aggregate/plan-run.js';
import { deliveryPlans } from '../../contract/run.js';
import type { ScheduleNote } from '../../contract/values/names.js';
import { cancellation } from '../interceptor.js';
import type {
  Ambient,
  Directory,
  ExpectationRecords,
  ExpectedWindows,
  ScheduleDirectory,
  StandingSchedule,
} from '../../ports/index.js';

interface Deps {
  readonly ambient: Ambient;
  readonly directory: Directory;
  readonly schedules: ScheduleDirectory;
  readonly expectations: ExpectationRecords;
}

/** Compares the schedules of Temporal with what the records expect of them. One that is not there stays as it is. */
export function noteSchedules({ ambient, directory, schedules, expectations }: Deps) {
  return async ({ changed, retired }: ScheduleNote): Promise<{ readonly noted: number }> => {
    const signal = cancellation();
    const nowMs = ambient.now();
    if (retired !== undefined) await expectations.retire(retired, nowMs, signal);
    let noted = 0;
    for await (const schedule of schedules.standing(changed, signal)) {
      if (schedule.id === retired) continue;
      const windows = expectedOf(schedule, directory, nowMs);
      if (windows === undefined) continue;
      await expectations.note({ scheduleId: schedule.id, createdMs: schedule.createdMs, windows }, nowMs, signal);
      noted += 1;
    }
    return { noted };
  };
}

/** Undefined where its times are not ours to count, or no run of it could begin. */
function expectedOf(
  schedule: StandingSchedule,
  directory: Directory,
  nowMs: number,
): readonly ExpectedWindows[] | undefined {
  const { id, every, at, timeZone, request } = schedule;
  const relative = request.window?.relative;
  if (every === null || at === null || relative === undefined) return undefined;
  const identity = { workflowId: id, firstExecutionRunId: id };
  try {
    const startedAt = new Date(nowMs).toISOString();
    const { plan, report } = planOf({ request, identity, requester: id, anchorMs: nowMs, startedAt }, directory);
    const settleMs = plan.settleUntil === undefined ? 0 : Date.parse(plan.settleUntil) - Date.parse(plan.window.to);
    const { org, series } = plan;
    const windows = { org, source: report.source, series, timeZone, every, at, relative, settleMs };
    return deliveryPlans(plan).map(({ destination }) => ({ ...windows, destination }));
  } catch {
    // Its runs fail with the reason; here it would keep all other schedules from being noted.
    return undefined;
  }
}
