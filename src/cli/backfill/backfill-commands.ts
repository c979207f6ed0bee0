import { Option, type Command } from 'commander';
import { WIDTH, WIDTH_MOST } from '../../contract/limits.js';
import type { BackfillStartOptions } from './backfill-start.js';
import { examples, milliseconds, wholeNumber } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';

const LISTED_MOST = 10_000;
const SOME_BACKFILL = 'backfill-acme-20240101T0000Z-20260101T0000Z-1a2b3c4d';
const BACKFILL = ['<backfill>', 'workflow id of the backfill'] as const;
const ASKED = ['--json', 'print {"workflowId", "asked"}'] as const;
const width = wholeNumber(1, WIDTH_MOST);

interface WaitFlags {
  readonly json?: boolean;
  readonly detach?: boolean;
  readonly timeout?: number;
}

export function addBackfillCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const backfill = program
    .command('backfill')
    .summary('run a long range as many windows')
    .description(
      'Runs one job per window of a long range, up to `--width` in parallel. A slice that fails does not ' +
        'end the backfill. The name of a backfill is its workflow id.',
    );
  addStart(backfill, terminal, finish);
  addWaiting(backfill, terminal, finish);
  addReading(backfill, terminal, finish);
  addActing(backfill, terminal, finish);
  backfill.addHelpText(
    'after',
    examples(
      'backfill start --query journeys.json --from 2024-01-01 --to 2026-01-01 --dry-run',
      `backfill show ${SOME_BACKFILL}`,
    ),
  );
}

function addStart(backfill: Command, terminal: Terminal, finish: Finish): void {
  const start = backfill
    .command('start')
    .summary('run every window of a range')
    .description(
      'Splits a range into slices and runs each like `aggregate`. Repeating the command attaches to the active backfill, ' +
        'or prints its stored result; a failed or cancelled backfill starts again. Exits with 1 when slices failed ' +
        'or did not start, and with 3 when only deliveries failed.',
    )
    .requiredOption(
      '-q, --query <file>',
      'file with the request, or only its query, as JSON; its own dates are ignored; - for stdin',
    )
    .requiredOption('--from <date>', 'start of the first slice: a day, or a time')
    .requiredOption('--to <date>', 'end of the last slice, exclusive; not in the future')
    .addOption(new Option('--slice-by <unit>', 'length of a slice (default: day)').choices(['day', 'week', 'month']))
    .option('--time-zone <zone>', 'time zone of the days (default: that of the request)')
    .option('--width <number>', `runs in parallel, 1 to ${WIDTH_MOST} (default: ${WIDTH})`, width)
    .option('--org <name>', 'organisation (default: that of the request)')
    .option('--dry-run', 'print the slices, the calls and the estimated time; start nothing')
    .option('--again', 'read the source again, even if this request has a result');
  waitOptions(start)
    .addHelpText(
      'after',
      examples(
        'backfill start --query journeys.json --from 2024-01-01 --to 2026-01-01 --dry-run',
        'backfill start --query journeys.json --from 2024-01-01 --to 2026-01-01 --time-zone Europe/Berlin --width 5',
        'backfill start --query journeys.json --from 2025-01-01 --to 2026-01-01 --slice-by month --detach',
      ),
    )
    .action(async (options: BackfillStartOptions) => {
      const { startBackfill } = await import('./backfill-start.js');
      finish(await startBackfill(terminal, options));
    });
}

function waitOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document')
    .option('--detach', 'print the ids; do not wait')
    .option('--timeout <duration>', 'maximum time to wait, e.g. 15m; the backfill continues', milliseconds);
}

function addWaiting(backfill: Command, terminal: Terminal, finish: Finish): void {
  const retry = backfill
    .command('retry')
    .summary('run only the failed and unstarted slices')
    .description(
      'Runs the slices of an ended backfill that did not reach BI, and no others. This is a new backfill whose id ends ' +
        'in `-retry`. While that one is active, the command attaches to it; after it has ended, it runs what is left.',
    )
    .argument(...BACKFILL);
  waitOptions(retry)
    .addHelpText('after', examples(`backfill retry ${SOME_BACKFILL}`))
    .action(async (id: string, options: WaitFlags) => {
      const { retryBackfill } = await import('./backfill-start.js');
      finish(await retryBackfill(terminal, id, options));
    });
  backfill
    .command('watch')
    .description('Waits for a backfill to end, as `start` does.')
    .argument(...BACKFILL)
    .option('--json', 'print the result, or the error, as one JSON document')
    .option('--timeout <duration>', 'maximum time to wait, e.g. 15m; the backfill continues', milliseconds)
    .addHelpText('after', examples(`backfill watch ${SOME_BACKFILL} --timeout 1h`))
    .action(async (id: string, options: WaitFlags) => {
      const { watchBackfill } = await import('./backfill-start.js');
      finish(await watchBackfill(terminal, id, options));
    });
}

function addReading(backfill: Command, terminal: Terminal, finish: Finish): void {
  backfill
    .command('list')
    .description('Lists the backfills that Temporal keeps, newest first.')
    .option('--limit <number>', 'maximum number to list', wholeNumber(1, LISTED_MOST), 50)
    .option('--org <name>', 'only of this organisation')
    .option('--json', 'print an array')
    .addHelpText('after', examples('backfill list', 'backfill list --limit 10 --json'))
    .action(async (options: { limit: number; org?: string; json?: boolean }) => {
      const { listBackfills } = await import('./backfills.js');
      finish(await listBackfills(terminal, options));
    });
  backfill
    .command('show')
    .description('Shows the progress, the result or the failure of a backfill.')
    .argument(...BACKFILL)
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples(`backfill show ${SOME_BACKFILL}`))
    .action(async (id: string, options: { json?: boolean }) => {
      const { showBackfill } = await import('./backfills.js');
      finish(await showBackfill(terminal, id, options));
    });
}

function addActing(backfill: Command, terminal: Terminal, finish: Finish): void {
  backfill
    .command('pause')
    .description('Starts no more slices until `resume`. Active slices continue.')
    .argument(...BACKFILL)
    .option(...ASKED)
    .addHelpText('after', examples(`backfill pause ${SOME_BACKFILL}`))
    .action(async (id: string, options: { json?: boolean }) => {
      const { pauseBackfill } = await import('./backfills.js');
      finish(await pauseBackfill(terminal, id, options));
    });
  backfill
    .command('resume')
    .description('Continues after a pause.')
    .argument(...BACKFILL)
    .option(...ASKED)
    .addHelpText('after', examples(`backfill resume ${SOME_BACKFILL}`))
    .action(async (id: string, options: { json?: boolean }) => {
      const { resumeBackfill } = await import('./backfills.js');
      finish(await resumeBackfill(terminal, id, options));
    });
  backfill
    .command('width')
    .description('Changes the number of parallel runs. A smaller number does not stop active runs.')
    .argument(...BACKFILL)
    .argument('<number>', `1 to ${WIDTH_MOST}`, width)
    .option('--json', 'print {"workflowId", "width"}')
    .addHelpText('after', examples(`backfill width ${SOME_BACKFILL} 5`))
    .action(async (id: string, number: number, options: { json?: boolean }) => {
      const { widenBackfill } = await import('./backfills.js');
      finish(await widenBackfill(terminal, id, number, options));
    });
  backfill
    .command('cancel')
    .description('Cancels a backfill. Each of its runs writes an audit entry, and then the backfill ends.')
    .argument(...BACKFILL)
    .option(...ASKED)
    .addHelpText('after', examples(`backfill cancel ${SOME_BACKFILL}`))
    .action(async (id: string, options: { json?: boolean }) => {
      const { cancelBackfill } = await import('./backfills.js');
      finish(await cancelBackfill(terminal, id, options));
    });
}
