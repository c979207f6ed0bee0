import { Option, type Command } from 'commander';
import { LOOKBACK_MOST } from '../../contract/limits.js';
import { examples, wholeNumber } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { ExportOptions, FileOptions } from './schedule-file.js';
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
    .summary('read a relative window regularly')
    .description(
      'Reads a relative window regularly, with a Temporal schedule. Also shows and changes schedules of our workflows ' +
        'that were made by hand. Changes no other schedules.',
    );
  const place = { schedules, terminal, finish };
  addCreate(place);
  addReading(place);
  addUpdate(place);
  addPauses(place);
  addStarts(place);
  addDelete(place);
  addFile(place);
  schedules.addHelpText(
    'after',
    examples('schedules create nightly --query examples/yesterday.json', 'schedules list'),
  );
}

/** What a definition says beside its request. */
function withDefinition(command: Command): Command {
  return command
    .addOption(
      new Option('--every <unit>', 'how often (default: once per window)').choices(['hour', 'day', 'week', 'month']),
    )
    .option(
      '--at <time>',
      'time of day in the time zone, like 05:00; for an hourly schedule the minute in UTC, like :05',
    )
    .option('--time-zone <name>', "IANA name (default: that of the request's window, else UTC)")
    .option('--lookback <number>', 'number of windows to read each time', wholeNumber(1, LOOKBACK_MOST))
    .option('--jitter <duration>', 'delay each start by a random time up to this (default: "5 minutes")')
    .option('--catch-up <duration>', 'run missed starts up to this late (default: "30 days")')
    .option('--note <text>', 'for people')
    .option(...JSON_FLAG);
}

function addCreate({ schedules, terminal, finish }: Place): void {
  const create = schedules
    .command('create')
    .description('Creates a schedule. A delayed start still reads the window it was scheduled for.')
    .argument('<schedule>', 'id of the new schedule: letters, digits, "-" and "_"')
    .requiredOption('-q, --query <file>', 'file with the request as JSON, with a relative window; - for stdin')
    .option('--org <name>', 'organisation (default: that of the request)')
    .option('--paused', 'start nothing until `schedules resume`');
  withDefinition(create)
    .addHelpText(
      'after',
      examples(
        'schedules create nightly --query examples/yesterday.json',
        'schedules create nightly --query examples/yesterday.json --time-zone Europe/Berlin --at 05:30 --lookback 3',
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
    .option('--org <name>', 'only of this organisation')
    .option('--json', 'print an array')
    .addHelpText('after', examples('schedules list', `schedules list --json | jq -r '.[] | select(.paused) | .id'`))
    .action(async (options: { org?: string; json?: boolean }) => {
      const { listSchedules } = await import('./schedules.js');
      finish(await listSchedules(terminal, options));
    });
  schedules
    .command('show')
    .description('Shows a schedule: what it reads and when, its next starts, and its runs.')
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
    .description('Changes the given settings of a schedule. Also sets the policies that make it skip no window.')
    .argument(...SCHEDULE)
    .option('-q, --query <file>', 'file with another request as JSON; - for stdin');
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
    pause: 'Starts nothing until `schedules resume`. Active runs continue. Starts during the pause are lost.',
    resume: 'Ends the pause. `schedules backfill` reads the windows that were left out.',
  };
  for (const verb of ['pause', 'resume'] as const) {
    schedules
      .command(verb)
      .description(descriptions[verb])
      .argument(...SCHEDULE)
      .option('--note <text>', 'the reason, as its new note (default: your user name)')
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
    .description('Starts a run now, even if the schedule is paused. It reads the window of a start at this moment.')
    .argument(...SCHEDULE)
    .option('--json', 'print {"id", "triggered"}')
    .addHelpText('after', examples('schedules trigger nightly'))
    .action(async (id: string, options: { json?: boolean }) => {
      const { triggerSchedule } = await import('./schedule-changes.js');
      finish(await triggerSchedule(terminal, id, options));
    });
  schedules
    .command('backfill')
    .summary('run the starts of a past range now')
    .description(
      'Runs the starts of a past range now. Each run reads the window of its start: a ' +
        'start of 2 November reads "yesterday" as 1 November. At most 100 at once; `backfill start` is for longer ranges.',
    )
    .argument(...SCHEDULE)
    .requiredOption('--from <date>', 'first day, or a time, in its time zone')
    .requiredOption('--to <date>', 'end of the range, exclusive')
    .option('--json', 'print {"id", "times"}')
    .addHelpText('after', examples('schedules backfill nightly --from 2026-11-02 --to 2026-11-09'))
    .action(async (id: string, options: { from: string; to: string; json?: boolean }) => {
      const { backfillSchedule } = await import('./schedule-changes.js');
      finish(await backfillSchedule(terminal, id, options));
    });
}

function addFile({ schedules, terminal, finish }: Place): void {
  schedules
    .command('export')
    .description('Writes every schedule of ours as one file, in the words in which `apply` takes it.')
    .option('-f, --file <file>', 'write to this file instead of stdout')
    .option('--json', 'with --file: print {"file", "schedules"}')
    .addHelpText('after', examples('schedules export -f schedules.json'))
    .action(async (options: ExportOptions) => {
      const { exportSchedules } = await import('./schedule-file.js');
      finish(await exportSchedules(terminal, options));
    });
  const withFile = (command: Command): Command =>
    command
      .option('-f, --file <file>', 'file with the schedules; - for stdin', 'schedules.json')
      .option('--prune', 'delete schedules of ours that the file does not have');
  withFile(schedules.command('diff'))
    .description('Shows what `apply` would do. Exits with 5 when that is something.')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples('schedules diff -f schedules.json'))
    .action(async (options: FileOptions) => {
      const { diffSchedules } = await import('./schedule-file.js');
      finish(await diffSchedules(terminal, options));
    });
  withFile(schedules.command('apply'))
    .description(
      'Makes the schedules what the file says. A pause by a person stays; what changed meanwhile is refused.',
    )
    .option('--yes', 'do it; without this, only show it')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      examples('schedules apply -f schedules.json', 'schedules apply -f schedules.json --prune --yes'),
    )
    .action(async (options: FileOptions) => {
      const { applySchedules } = await import('./schedule-file.js');
      finish(await applySchedules(terminal, options));
    });
}

function addDelete({ schedules, terminal, finish }: Place): void {
  schedules
    .command('delete')
    .description('Deletes a schedule. Its runs continue.')
    .argument(...SCHEDULE)
    .option('--json', 'print {"id", "deleted"}')
    .addHelpText('after', examples('schedules delete nightly'))
    .action(async (id: string, options: { json?: boolean }) => {
      const { deleteSchedule } = await import('./schedule-changes.js');
      finish(await deleteSchedule(terminal, id, options));
    });
}
