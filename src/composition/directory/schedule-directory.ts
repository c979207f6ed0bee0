import type { Client } from '@temporalio/client';
import { descriptionOf, describeIfThere, schedulesOf } from '../../client/schedules/schedule-description.js';
import type { ScheduleDirectory, StandingSchedule } from '../../ports/index.js';

/** Temporal's own list of the schedules of this installation. */
export function temporalScheduleDirectory(client: Client, taskQueue: string): ScheduleDirectory {
  return {
    async *standing(changed, signal) {
      // The list has a new one a moment later.
      const named = changed === undefined ? undefined : await describeIfThere(client, changed);
      if (named?.action.taskQueue === taskQueue) yield standingOf(named);
      for await (const schedule of schedulesOf(client, taskQueue)) {
        signal.throwIfAborted();
        if (schedule.scheduleId !== changed) yield standingOf(schedule);
      }
    },
    async pause(id, note, signal) {
      signal.throwIfAborted();
      await client.schedule.getHandle(id).pause(note);
    },
  };
}

function standingOf(schedule: Parameters<typeof descriptionOf>[0]): StandingSchedule {
  const { id, request, every, at, timeZone, paused, note, createdAt } = descriptionOf(schedule);
  const { width, ...asked } = request;
  return { id, every, at, timeZone, paused, note, createdMs: Date.parse(createdAt), request: asked };
}
