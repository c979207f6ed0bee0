import type { ScheduleChange, ScheduleDescription, ScheduleInput, Schedules } from '../../client.js';
import { defineSchedule } from '../../client/schedules/schedule-definition.js';
import { DEFAULT_DESTINATION } from '../../config/destinations/destinations.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { countOf } from '../../text/number-text.js';
import { readRequest } from '../program/read-request.js';
import { nextText, timesText } from './schedules.js';
import { withSourceWaits } from './source-waits.js';
import { withSession } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';

/** Options of a definition, as the command line has them: what was not said is not there. */
interface DefinitionOptions extends Omit<ScheduleChange, 'request'> {
  readonly json?: boolean;
}

export interface CreateOptions extends DefinitionOptions {
  /** File with the request, or `-` for stdin. */
  readonly query: string;
  readonly org?: string;
  readonly paused?: boolean;
}

export interface UpdateOptions extends DefinitionOptions {
  readonly query?: string;
}

/** `journey-metrics schedules create`. */
export async function createSchedule(
  terminal: Terminal,
  id: string,
  { query, org, json, ...definition }: CreateOptions,
): Promise<ExitCode> {
  const raw = await readRequest(query, terminal.stdin);
  // The request is what a file says: the client checks it.
  const request = (org !== undefined && typeof raw === 'object' ? { ...raw, org } : raw) as ScheduleInput['request'];
  const input = await withSourceWaits<ScheduleInput>(terminal, { id, request, ...definition });
  // Before anybody is contacted: a bad request is a bad request, whether or not Temporal is there.
  defineSchedule(input, { org: terminal.config.defaultOrg(), destination: DEFAULT_DESTINATION }, terminal.now());
  const schedule = await withSession(terminal, ({ client }) => client.schedules.create(input));
  return printSchedule(terminal, schedule, 'made', json);
}

/** `journey-metrics schedules update`. */
export async function updateSchedule(
  terminal: Terminal,
  id: string,
  { query, json, ...change }: UpdateOptions,
): Promise<ExitCode> {
  const raw = query === undefined ? undefined : await readRequest(query, terminal.stdin);
  // As above.
  const request = raw === undefined ? {} : { request: raw as ScheduleInput['request'] };
  const schedule = await withSession(terminal, ({ client }) => client.schedules.update(id, { ...change, ...request }));
  return printSchedule(terminal, schedule, 'changed', json);
}

/** `journey-metrics schedules pause` and `resume`. */
export async function pauseOrResume(
  terminal: Terminal,
  id: string,
  verb: 'pause' | 'resume',
  { note, json }: { readonly note?: string; readonly json?: boolean },
): Promise<ExitCode> {
  const schedule = await withSchedules(terminal, (schedules) => schedules[verb](id, note));
  return printSchedule(terminal, schedule, verb === 'pause' ? 'paused' : 'resumed', json);
}

function printSchedule(
  terminal: Terminal,
  schedule: ScheduleDescription,
  done: string,
  json: boolean | undefined,
): ExitCode {
  const { id, paused } = schedule;
  if (json) {
    terminal.printJson(schedule);
    return EXIT.done;
  }
  const next = nextText(schedule, terminal.now());
  const then = next === undefined ? '' : `; next: ${next}`;
  const state = paused && done !== 'paused' ? '; it is paused' : '';
  terminal.print(`${id} was ${done}: ${timesText(schedule)}${then}${state}`);
  return EXIT.done;
}

/** `journey-metrics schedules trigger`. */
export async function triggerSchedule(
  terminal: Terminal,
  id: string,
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  await withSchedules(terminal, (schedules) => schedules.trigger(id));
  if (json) terminal.printJson({ id, triggered: true });
  else terminal.print(`${id} starts a run now: \`journey-metrics schedules show ${id}\` names it`);
  return EXIT.done;
}

/** `journey-metrics schedules backfill`. */
export async function backfillSchedule(
  terminal: Terminal,
  id: string,
  { from, to, json }: { readonly from: string; readonly to: string; readonly json?: boolean },
): Promise<ExitCode> {
  const times = await withSchedules(terminal, (schedules) => schedules.backfill(id, { from, to }));
  if (json) terminal.printJson({ id, times });
  else terminal.print(`${id} starts ${countOf(times.length, 'run')} now: \`journey-metrics runs list\` shows them`);
  return EXIT.done;
}

/** `journey-metrics schedules delete`. */
export async function deleteSchedule(
  terminal: Terminal,
  id: string,
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  await withSchedules(terminal, (schedules) => schedules.delete(id));
  if (json) terminal.printJson({ id, deleted: true });
  else terminal.print(`${id} was deleted; the runs it started continue`);
  return EXIT.done;
}

function withSchedules<T>(terminal: Terminal, work: (schedules: Schedules) => Promise<T>): Promise<T> {
  return withSession(terminal, ({ client }) => work(client.schedules));
}
