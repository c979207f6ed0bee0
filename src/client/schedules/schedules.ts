import type { Client, ScheduleDescription as TemporalSchedule, ScheduleHandle } from '@temporalio/client';
import { instantText } from '../../calendar/date-text.js';
import { withClientErrors, invalidRequestError } from '../error.js';
import type { RequestDefaults } from '../runs/resolve-request.js';
import { startsIn, temporalRange, type StartRange } from './schedule-backfill.js';
import {
  changeSchedule,
  defineSchedule,
  type ScheduleChange,
  type ScheduleDefinition,
  type ScheduleInput,
} from './schedule-definition.js';
import {
  descriptionOf,
  requireOurs,
  runsOf,
  schedulesOf,
  type ScheduleDescription,
  type ScheduleWithRuns,
} from './schedule-description.js';
import { noteSchedule } from './note-schedules.js';
import { scheduleFile, type ScheduleFile } from './schedule-file.js';
import { optionsOf, readDefinition } from './schedule-spec.js';
import { updateOf } from './schedule-update.js';

/**
 * Windows that are read again and again. Ours are the schedules that start an aggregation or a backfill on our task
 * queue, also those made by hand. Every method rejects with `JourneyMetricsError`: of another's with `ScheduleNotOurs`,
 * of none with `ScheduleNotFound`; then nothing is changed.
 */
export interface Schedules extends ScheduleFile {
  /** Rejects with `InvalidRequest`, `ScheduleExists`. */
  create(schedule: ScheduleInput): Promise<ScheduleDescription>;
  /** As Temporal lists them: a new one appears a moment later. */
  list(): Promise<readonly ScheduleDescription[]>;
  show(id: string): Promise<ScheduleWithRuns>;
  /** What is given replaces what was, and the policies become ours; also without any change. Rejects with `InvalidRequest`. */
  update(id: string, change: ScheduleChange): Promise<ScheduleDescription>;
  /** Starts nothing more until it is resumed; what runs is not stopped. Starts that pass meanwhile are not made up for. */
  pause(id: string, note?: string): Promise<ScheduleDescription>;
  resume(id: string, note?: string): Promise<ScheduleDescription>;
  /** Starts one now, paused or not: it reads the window that a start at this moment stands for. */
  trigger(id: string): Promise<void>;
  /**
   * Starts now what the schedule starts in a range that is over, paused or not: each run reads the window that its start
   * stands for. Rejects with `InvalidRequest`, also above 100 starts.
   * @returns the instants of these starts, oldest first
   */
  backfill(id: string, range: StartRange): Promise<readonly string[]>;
  /** Runs under way go on. Its windows are expected no more; of one that vanishes otherwise they are. */
  delete(id: string): Promise<void>;
}

interface SchedulePlace {
  readonly client: Client;
  readonly taskQueue: string;
  /** For the note of a pause that has none. */
  readonly requester: string;
}

export function createSchedules(place: SchedulePlace, defaults: RequestDefaults, now: () => number): Schedules {
  const { client, taskQueue, requester } = place;
  const target = { taskQueue, destination: defaults.destination };

  const ours = async (id: string): Promise<{ handle: ScheduleHandle; schedule: TemporalSchedule }> => {
    const handle = client.schedule.getHandle(id);
    const schedule = await handle.describe();
    requireOurs(schedule, taskQueue);
    return { handle, schedule };
  };
  const acted = (id: string, act: (handle: ScheduleHandle) => Promise<void>): Promise<ScheduleDescription> =>
    withClientErrors(async () => {
      const { handle } = await ours(id);
      await act(handle);
      return descriptionOf(await handle.describe());
    });
  const changed = (before: TemporalSchedule, change: ScheduleChange): ReturnType<typeof updateOf> =>
    updateOf(before, changeSchedule(readDefinition(before), change, defaults, now()), target);

  return {
    create: (input) =>
      withClientErrors(async () => {
        const options = optionsOf(defineSchedule(input, defaults, now()), target);
        const handle = await client.schedule.create(options).catch(refused);
        await noteSchedule(client, taskQueue, { changed: input.id });
        return descriptionOf(await handle.describe());
      }),
    list: () => withClientErrors(() => listed(client, taskQueue)),
    show: (id) =>
      withClientErrors(async () => {
        const { schedule } = await ours(id);
        return { ...descriptionOf(schedule), runs: await runsOf(client, schedule) };
      }),
    update: (id, change) =>
      acted(id, async (handle) => {
        await handle.update((before) => changed(before, change)).catch(refused);
        await noteSchedule(client, taskQueue, { changed: id });
      }),
    pause: (id, note = `paused by ${requester}`) => acted(id, (handle) => handle.pause(note)),
    resume: (id, note = `resumed by ${requester}`) => acted(id, (handle) => handle.unpause(note)),
    trigger: (id) => withClientErrors(async () => (await ours(id)).handle.trigger('ALLOW_ALL')),
    backfill: (id, range) =>
      withClientErrors(async () => {
        const { handle, schedule } = await ours(id);
        return startPast(handle, readDefinition(schedule), range, now());
      }),
    delete: (id) => withClientErrors(async () => retire(place, (await ours(id)).handle)),
    ...scheduleFile({ client, ...target }, defaults, now),
  };
}

async function retire({ client, taskQueue }: SchedulePlace, handle: ScheduleHandle): Promise<void> {
  await handle.delete();
  await noteSchedule(client, taskQueue, { retired: handle.scheduleId });
}

async function startPast(
  handle: ScheduleHandle,
  definition: ScheduleDefinition,
  range: StartRange,
  nowMs: number,
): Promise<readonly string[]> {
  const starts = startsIn(definition, range, nowMs);
  await handle.backfill(temporalRange(starts, definition));
  return starts.map(instantText);
}

async function listed(client: Client, taskQueue: string): Promise<readonly ScheduleDescription[]> {
  const descriptions: ScheduleDescription[] = [];
  for await (const schedule of schedulesOf(client, taskQueue)) descriptions.push(descriptionOf(schedule));
  return descriptions;
}

/** The SDK's way to say that Temporal does not take the times, such as a zone that its server does not know. */
function refused(error: unknown): never {
  if (!(error instanceof TypeError)) throw error;
  throw invalidRequestError([{ path: 'timeZone', message: `Temporal refuses these times: ${error.message}` }]);
}
