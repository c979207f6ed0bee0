import type { ScheduleDescription, ScheduleWithRuns } from '../../client.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { countText } from '../../text/number-text.js';
import { printable } from '../../text/printable.js';
import { runTable } from '../runs/runs.js';
import { withSession } from '../program/session.js';
import { renderTable } from '../terminal/table.js';
import type { Screen, Terminal } from '../terminal/terminal.js';
import { aheadText, zonedText } from '../../text/time-text.js';

/** `journey-metrics schedules list`. */
export async function listSchedules(
  terminal: Terminal,
  { org, json }: { readonly org?: string; readonly json?: boolean },
): Promise<ExitCode> {
  const all = await withSession(terminal, ({ client }) => client.schedules.list());
  const schedules = all.filter(({ request }) => org === undefined || request.org === org);
  if (json) terminal.printJson(schedules);
  else if (schedules.length === 0 && org !== undefined) terminal.print('No schedule matches.');
  else if (schedules.length === 0)
    terminal.print('There are no schedules. Create one with `journey-metrics schedules create`.');
  else terminal.print(scheduleTable(schedules, terminal));
  return EXIT.done;
}

/** Schedules, a line each. */
export function scheduleTable(schedules: readonly ScheduleDescription[], { now, columns }: Screen): string {
  const nowMs = now();
  const heads = [
    { head: 'SCHEDULE', whole: true },
    { head: 'READS' },
    { head: 'TIMES' },
    { head: 'NEXT' },
    { head: 'NOTE' },
  ];
  const rows = schedules.map((schedule) => {
    const next = schedule.paused ? 'paused' : (nextText(schedule, nowMs) ?? '');
    return [schedule.id, windowText(schedule), timesText(schedule), next, schedule.note ?? ''];
  });
  return renderTable(heads, rows, columns);
}

/** `journey-metrics schedules show`. */
export async function showSchedule(
  terminal: Terminal,
  id: string,
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const schedule = await withSession(terminal, ({ client }) => client.schedules.show(id));
  if (json) terminal.printJson(schedule);
  else terminal.print(render(schedule, terminal));
  return EXIT.done;
}

function render(schedule: ScheduleWithRuns, terminal: Terminal): string {
  const { id, request, timeZone, nextTimes, paused, jitter, catchUp, overlap, note, runs } = schedule;
  const { started, missed, skipped } = schedule;
  const to = request.destination === undefined ? '' : ` → ${String(request.destination)}`;
  const policies = overlap === 'ALLOW_ALL' ? '' : `, overlap ${overlap}: see \`journey-metrics doctor\``;
  const later = nextTimes.slice(1).map((time) => zonedText(time, timeZone));
  const facts = [
    ['reads', `${windowText(schedule)}: ${queryText(request)}`],
    ['for', `${request.org ?? ''}${to}`],
    ['times', `${timesText(schedule)}${paused ? ' · paused' : ''}`],
    ['next', [nextText(schedule, terminal.now()) ?? 'none', ...later].join(', ')],
    ['policies', `starts up to ${jitter} late (jitter); missed starts run up to ${catchUp} late${policies}`],
    ['so far', `${countText(started)} started, ${countText(missed)} missed, ${countText(skipped)} skipped`],
    ...(note === null ? [] : [['note', note]]),
  ] as const;
  const lines = facts.map(([name, fact]) => `${name.padEnd(8)}  ${printable(fact)}`);
  return [terminal.paint('bold', id), ...lines, ...(runs.length > 0 ? ['', runTable('RUN', runs, terminal)] : [])].join(
    '\n',
  );
}

/** Of a request that somebody may have typed by hand: then it has what it has. */
function queryText({ query }: Partial<ScheduleWithRuns['request']>): string {
  const { metric = [], dimension = [] }: Partial<ScheduleWithRuns['request']['query']> = query ?? {};
  return `${metric.join(', ')}${dimension.length > 0 ? ` by ${dimension.join(', ')}` : ''}`;
}

/** `yesterday`, `yesterday and 2 before`. */
function windowText({ request, lookback }: ScheduleDescription): string {
  const window = request.window?.relative ?? 'no relative window';
  return lookback === 1 ? window : `${window} and ${lookback - 1} before`;
}

/** Its next start, on the clocks of its zone, and how long it is until then; undefined if it never starts again. */
export function nextText(
  { nextTimes: [next], timeZone }: Pick<ScheduleDescription, 'nextTimes' | 'timeZone'>,
  nowMs: number,
): string | undefined {
  return next === undefined ? undefined : `${zonedText(next, timeZone)} (${aheadText(next, nowMs)})`;
}

/** `every day at 05:00, Europe/Berlin`. */
export function timesText({ every, at, timeZone }: Pick<ScheduleDescription, 'every' | 'at' | 'timeZone'>): string {
  return every === null ? `times made by hand, ${timeZone}` : `every ${every} at ${at ?? ''}, ${timeZone}`;
}
