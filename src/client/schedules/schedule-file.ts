import type { Client } from '@temporalio/client';
import { canonicalJson } from '../../contract/values/json.js';
import { JourneyMetricsError, toClientError, withClientErrors } from '../error.js';
import type { RequestDefaults } from '../runs/resolve-request.js';
import { noteSchedule } from './note-schedules.js';
import { defineSchedule, type ScheduleDefinition, type ScheduleInput } from './schedule-definition.js';
import { describeIfThere, requireOurs, schedulesOf } from './schedule-description.js';
import { optionsOf, readDefinition, type ScheduleTarget } from './schedule-spec.js';
import { updateOf } from './schedule-update.js';

/** What is to happen to one schedule so that Temporal has what a file says. */
export interface ScheduleDifference {
  readonly id: string;
  readonly action: 'create' | 'update' | 'delete';
  /** By name of the setting, as it is and as it is to be; of an update only. */
  readonly changes: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
  /** Undefined of one that is created. */
  readonly before?: ScheduleDefinition;
  /** Undefined of one that is deleted. */
  readonly after?: ScheduleDefinition;
}

interface FilePlace extends ScheduleTarget {
  readonly client: Client;
}

/** A schedule as a file has it: what was never asked for is left out, and so is that it is not paused. */
export function writtenSchedule({ paused, note, every, at, ...rest }: ScheduleDefinition): ScheduleInput {
  const times = { ...(every !== null && { every }), ...(at !== null && { at }) };
  return { ...rest, ...times, ...(paused && { paused }), ...(note !== null && !paused && { note }) };
}

/**
 * What differs between a file and Temporal. A schedule whose times were made by hand is never deleted. Throws
 * `InvalidRequest` for a schedule of the file that cannot be, `ScheduleNotOurs` for the id of another's.
 */
async function differences(
  { client, taskQueue }: FilePlace,
  inputs: readonly ScheduleInput[],
  defaults: RequestDefaults,
  { nowMs, prune }: { readonly nowMs: number; readonly prune: boolean },
): Promise<readonly ScheduleDifference[]> {
  const wanted = inputs.map((input) => withPause(input, defineSchedule(input, defaults, nowMs)));
  const found: ScheduleDifference[] = [];
  for (const { definition, says } of wanted) {
    const { id } = definition;
    const standing = await describeIfThere(client, id);
    if (standing === undefined) {
      found.push({ id, action: 'create', changes: {}, after: definition });
      continue;
    }
    requireOurs(standing, taskQueue);
    const before = readDefinition(standing);
    const after = kept(before, definition, says);
    const changes = changesOf(before, after);
    if (Object.keys(changes).length > 0) found.push({ id, action: 'update', changes, before, after });
  }
  if (!prune) return found;
  const named = new Set(wanted.map(({ definition }) => definition.id));
  for await (const schedule of schedulesOf(client, taskQueue)) {
    const before = readDefinition(schedule);
    if (named.has(before.id) || before.every === null) continue;
    found.push({ id: before.id, action: 'delete', changes: {}, before });
  }
  return found;
}

/** Whether a file says that a schedule is paused, or not, or nothing of it. */
function withPause(input: ScheduleInput, definition: ScheduleDefinition) {
  return { definition, says: input.paused };
}

/** A person's pause survives, with its note, unless the file says otherwise. */
function kept(before: ScheduleDefinition, after: ScheduleDefinition, says: boolean | undefined): ScheduleDefinition {
  const paused = says ?? before.paused;
  const note = paused && before.paused ? before.note : (after.note ?? before.note);
  return { ...after, paused, note };
}

function changesOf(before: ScheduleDefinition, after: ScheduleDefinition): ScheduleDifference['changes'] {
  const names = Object.keys(after) as (keyof ScheduleDefinition)[];
  const differing = names.filter((name) => !isSame(before[name], after[name]));
  return Object.fromEntries(differing.map((name) => [name, [before[name], after[name]] as const]));
}

function isSame(one: unknown, other: unknown): boolean {
  return canonicalJson(JSON.parse(JSON.stringify(one))) === canonicalJson(JSON.parse(JSON.stringify(other)));
}

/** Does one of them. Rejects with `ScheduleChanged` where the schedule is no longer as it was when it was compared. */
async function applyDifference(place: FilePlace, difference: ScheduleDifference): Promise<void> {
  const { client, taskQueue } = place;
  const { id, action, before, after } = difference;
  if (action === 'create') await create(place, difference);
  else {
    const handle = client.schedule.getHandle(id);
    const standing = await handle.describe();
    if (action === 'delete') {
      requireAsItWas(readDefinition(standing), before, after);
      await handle.delete();
    } else if (after !== undefined) {
      await handle.update((now) => {
        requireAsItWas(readDefinition(now), before, after);
        const updated = updateOf(now, after, place);
        return { ...updated, state: { ...updated.state, paused: after.paused } };
      });
    }
  }
  await noteSchedule(client, taskQueue, action === 'delete' ? { retired: id } : { changed: id });
}

async function create(place: FilePlace, { id, after }: ScheduleDifference): Promise<void> {
  if (after === undefined) return;
  try {
    await place.client.schedule.create(optionsOf(after, place));
  } catch (error) {
    const failure = toClientError(error);
    if (!(failure instanceof JourneyMetricsError && failure.type === 'ScheduleExists')) throw failure;
    // Somebody else has created it meanwhile: the same is as good.
    const standing = await describeIfThere(place.client, id);
    if (standing === undefined || !isSame(readDefinition(standing), after)) throw changedMeanwhile(id);
  }
}

function requireAsItWas(
  now: ScheduleDefinition,
  before: ScheduleDefinition | undefined,
  after: ScheduleDefinition | undefined,
): void {
  if (!isSame(now, before ?? null) && !isSame(now, after ?? null)) throw changedMeanwhile(now.id);
}

function changedMeanwhile(id: string): JourneyMetricsError {
  return new JourneyMetricsError(
    'ScheduleChanged',
    `the schedule ${id} was changed meanwhile and is left as it is: look at \`schedules diff\` again`,
  );
}

/** The two methods of the client that keep schedules by a file. */
export function scheduleFile(place: FilePlace, defaults: RequestDefaults, now: () => number): ScheduleFile {
  return {
    compare: (inputs, { prune = false } = {}) =>
      withClientErrors(() => differences(place, inputs, defaults, { nowMs: now(), prune })),
    apply: (difference) => withClientErrors(() => applyDifference(place, difference)),
  };
}

export interface ScheduleFile {
  /**
   * What has to happen so that Temporal has these schedules, and with `prune` no others of ours. Changes nothing.
   * Rejects with `InvalidRequest`.
   */
  compare(
    inputs: readonly ScheduleInput[],
    options?: { readonly prune?: boolean },
  ): Promise<readonly ScheduleDifference[]>;
  /** Does one of them. Rejects with `ScheduleChanged` where the schedule is no longer as it was compared. */
  apply(difference: ScheduleDifference): Promise<void>;
}
