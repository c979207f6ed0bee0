import { writeFile } from 'node:fs/promises';
import type { ScheduleDifference, ScheduleInput } from '../../client.js';
import { invalidRequestError } from '../../client/error.js';
import { writtenSchedule } from '../../client/schedules/schedule-file.js';
import { countOf } from '../../text/number-text.js';
import { printable } from '../../text/printable.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { readRequest } from '../program/read-request.js';
import { withSession } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';

export interface ExportOptions {
  readonly file?: string;
  readonly json?: boolean;
}

export interface FileOptions {
  readonly file: string;
  readonly prune?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `journey-metrics schedules export`: every schedule of ours, in the words in which `apply` takes it. */
export async function exportSchedules(terminal: Terminal, { file, json }: ExportOptions): Promise<ExitCode> {
  const all = await withSession(terminal, ({ client }) => client.schedules.list());
  const byHand = all.filter(({ every }) => every === null);
  const schedules = all
    .filter(({ every }) => every !== null)
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map(({ nextTimes, started, missed, skipped, overlap, createdAt, ...definition }) => writtenSchedule(definition));
  for (const { id } of byHand) terminal.note(`${id} is left out: its times were made by hand`);
  const document = { schedules };
  if (file === undefined) {
    terminal.print(JSON.stringify(document, null, 2));
    return EXIT.done;
  }
  await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
  if (json) terminal.printJson({ file, schedules: schedules.length });
  else terminal.print(`${countOf(schedules.length, 'schedule')} written to ${file}`);
  return EXIT.done;
}

/** `journey-metrics schedules diff`: what `apply` would do; exits with 5 when that is something. */
export async function diffSchedules(terminal: Terminal, { file, prune = false, json }: FileOptions): Promise<ExitCode> {
  const inputs = await readSchedules(terminal, file);
  const pending = await withSession(terminal, ({ client }) => client.schedules.compare(inputs, { prune }));
  if (json) terminal.printJson({ pending });
  else terminal.print(planText(pending));
  return pending.length === 0 ? EXIT.done : EXIT.pending;
}

/** `journey-metrics schedules apply`: prints the plan; with `--yes` does it, and stops at what was changed meanwhile. */
export async function applySchedules(terminal: Terminal, options: FileOptions): Promise<ExitCode> {
  const { file, prune = false, yes = false, json } = options;
  const inputs = await readSchedules(terminal, file);
  return withSession(terminal, async ({ client }) => {
    const pending = await client.schedules.compare(inputs, { prune });
    if (yes) for (const difference of pending) await client.schedules.apply(difference);
    if (json) terminal.printJson(yes ? { pending: [], applied: pending } : { pending, applied: [] });
    else {
      terminal.print(planText(pending));
      if (pending.length > 0) terminal.print(yes ? 'done' : 'nothing was changed: --yes does it');
    }
    return yes || pending.length === 0 ? EXIT.done : EXIT.pending;
  });
}

async function readSchedules({ stdin }: Terminal, file: string): Promise<readonly ScheduleInput[]> {
  const document = await readRequest(file, stdin);
  const listed: unknown =
    typeof document === 'object' && document !== null && 'schedules' in document ? document.schedules : undefined;
  if (!Array.isArray(listed))
    throw invalidRequestError([{ path: 'schedules', message: 'must be a list of schedules' }]);
  // Each is checked by the client, which says what is wrong with it.
  const inputs = listed as readonly ScheduleInput[];
  const ids = inputs.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return inputs;
  throw invalidRequestError([{ path: 'schedules', message: `the schedule "${twice}" is there twice` }]);
}

const SIGNS = { create: '+', update: '~', delete: '-' } as const;

function planText(pending: readonly ScheduleDifference[]): string {
  if (pending.length === 0) return 'Nothing to do: the schedules are as the file says.';
  const lines = pending.flatMap(({ id, action, changes }) => [
    `${SIGNS[action]} ${id}`,
    ...Object.entries(changes).map(
      ([name, [before, after]]) => `    ${name}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
    ),
  ]);
  return lines.map(printable).join('\n');
}
