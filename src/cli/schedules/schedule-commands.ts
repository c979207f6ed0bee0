import { Option, type Command } from 'commander';
import { LOOKBACK_MOST } from '../../contract/request/backfill-limits.js';
import { examples } from '../program/examples.js';
import type { Finish } from '../program/exit-code.js';
import { wholeNumber } from '../program/option-values.js';
import type { CreateOptions, UpdateOptions } from './schedule-changes.js';
import type { Terminal } from '../terminal/terminal.js';

const SCHEDULE = ['<schedule>', 'id of the schedule'] as const;
const JSON_FLAG = ['--json', 'print the schedule, or the error, as one JSON document'] as const;

/** Where commands go, and whom they tell how they ended. */
interface Place {
  readonly schedules: Command;
  readonly terminal: Terminal;
  readonly finish: Finish;
}

export function addScheduleCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const schedules = program
    .command('schedules')
    .summary('read a window again and again')
    .description(
      'Reads a relative window again and again, by a schedule of Temporal. Also shows and changes schedules that were ' +
        'made by hand for our workflows; touches no others.',
    );
  const place = { schedules, terminal, finish };
  addCreate(place);
  addReading(place);
  addUpdate(place);
  addPauses(place);
  addStarts(place);
  addDelete(place);
  schedules.addHelpText('after', examples('schedules create nightly --query yesterday.json', 'schedules list'));
}

/** What a definition says beside its request. */
function withDefinition(command: Command): Command {
  return command
    .addOption(new Option('--every <unit>', 'default: what fits the window').choices(['hour', 'day', 'week', 'month']))
    .option('--at <time>', 'when, on the clocks of the time zone: 05:00, or :05 (in UTC) for an hourly one')
    .option('--time-zone <name>', "IANA name; default: the one of the request's window, else UTC")
    .option('--lookback <number>', 'read so many windows each time', wholeNumber(1, LOOKBACK_MOST))
    .option('--jitter <duration>', 'put each start off by chance, by less than that (default: "5 minutes")')
    .option('--catch-up <duration>', 'make up for starts missed for as long (default: "30 days")')
    .option('--note <text>', 'for people')
    .option(...JSON_FLAG);
}

function addCreate({ schedules, terminal, finish }: Place): void {
  const create = schedules
    .command('create')
    .description('Makes a schedule. Each start reads the window that it stands for, also when it comes late.')
    .argument('<schedule>', 'its id: letters, digits, "-" and "_"')
    .requiredOption('-q, --query <file>', 'the request as JSON, with a relative window; - for stdin')
    .option('--org <name>', 'organisation, in place of the one in the request')
    .option('--paused', 'start nothing until it is resumed');
  withDefinition(create)
    .addHelpText(
      'after',
      examples(
        'schedules create nightly --query yesterday.json',
        'schedules create nightly --query yesterday.json --time-zone Europe/Berlin --at 05:30 --lookback 3',
        'schedules create mondays --query previous-week.json --jitter "30 minutes"',
      ),
    )
    .action(async (id: string, options: CreateOptions) => {
      const { createSchedule } = await import('./schedule-changes.js');
      finish(await createSchedule(terminal, id, options));
    });
}

function addReading({ schedules, terminal, finish }: Place): void {
  schedules
    .command('list')
    .description('Lists the schedules of our workflows on our task queue.')
    .option('--json', 'print an array')
    .addHelpText('after', examples('schedules list', `schedules list --json | jq -r '.[] | select(.paused) | .id'`))
    .action(async (options: { json?: boolean }) => {
      const { listSchedules } = await import('./schedules.js');
      finish(await listSchedules(terminal, options));
    });
  schedules
    .command('show')
    .description('Shows a schedule: what it reads and when, its next starts, and the runs that it started.')
    .argument(...SCHEDULE)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('schedules show nightly'))
    .action(async (id: string, options: { json?: boolean }) => {
      const { showSchedule } = await import('./schedules.js');
      finish(await showSchedule(terminal, id, options));
    });
}

function addUpdate({ schedules, terminal, finish }: Place): void {
  const update = schedules
    .command('update')
    .description(
      'Changes a schedule: what is given replaces what was. In any case its policies become ours, so that it skips no window.',
    )
    .argument(...SCHEDULE)
    .option('-q, --query <file>', 'another request as JSON; - for stdin');
  withDefinition(update)
    .addHelpText(
      'after',
      examples(
        'schedules update nightly --at 06:00',
        'schedules update nightly --lookback 7',
        'schedules update by-hand',
      ),
    )
    .action(async (id: string, options: UpdateOptions) => {
      const { updateSchedule } = await import('./schedule-changes.js');
      finish(await updateSchedule(terminal, id, options));
    });
}

function addPauses({ schedules, terminal, finish }: Place): void {
  const descriptions = {
    pause:
      'Starts nothing more until it is resumed. What runs goes on; starts that pass meanwhile are not made up for.',
    resume: 'Starts again. `schedules backfill` reads what was left out.',
  };
  for (const verb of ['pause', 'resume'] as const) {
    schedules
      .command(verb)
      .description(descriptions[verb])
      .argument(...SCHEDULE)
      .option('--note <text>', 'why, in place of its note (default: who did it)')
      .option(...JSON_FLAG)
      .addHelpText('after', examples(`schedules ${verb} nightly`, `schedules ${verb} nightly --note "BI is moved"`))
      .action(async (id: string, options: { note?: string; json?: boolean }) => {
        const { pauseOrResume } = await import('./schedule-changes.js');
        finish(await pauseOrResume(terminal, id, verb, options));
      });
  }
}

function addStarts({ schedules, terminal, finish }: Place): void {
  schedules
    .command('trigger')
    .description('Starts it once, now, paused or not: reads the window that a start at this moment stands for.')
    .argument(...SCHEDULE)
    .option('--json', 'print {"id", "triggered"}')
    .addHelpText('after', examples('schedules trigger nightly'))
    .action(async (id: string, options: { json?: boolean }) => {
      const { triggerSchedule } = await import('./schedule-changes.js');
      finish(await triggerSchedule(terminal, id, options));
    });
  schedules
    .command('backfill')
    .summary('start now what it starts in a range that is over')
    .description(
      'Starts now what the schedule starts in a range that is over, each run for the window that its start stands for: a ' +
        'start of 2 November reads "yesterday" as 1 November. At most 100 at once; `backfill start` is for longer ranges.',
    )
    .argument(...SCHEDULE)
    .requiredOption('--from <date>', 'first day, or a time, on the clocks of its time zone')
    .requiredOption('--to <date>', 'the first day that is not meant any more')
    .option('--json', 'print {"id", "times"}')
    .addHelpText('after', examples('schedules backfill nightly --from 2026-11-02 --to 2026-11-09'))
    .action(async (id: string, options: { from: string; to: string; json?: boolean }) => {
      const { backfillSchedule } = await import('./schedule-changes.js');
      finish(await backfillSchedule(terminal, id, options));
    });
}

function addDelete({ schedules, terminal, finish }: Place): void {
  schedules
    .command('delete')
    .description('Deletes a schedule. Its runs go on, and stay where they are.')
    .argument(...SCHEDULE)
    .option('--json', 'print {"id", "deleted"}')
    .addHelpText('after', examples('schedules delete nightly'))
    .action(async (id: string, options: { json?: boolean }) => {
      const { deleteSchedule } = await import('./schedule-changes.js');
      finish(await deleteSchedule(terminal, id, options));
    });
}
