import { Option, type Command } from 'commander';
import { WIDTH, WIDTH_MOST } from '../../contract/request/backfill-limits.js';
import type { BackfillStartOptions } from './backfill-start.js';
import { examples } from '../program/examples.js';
import type { Finish } from '../program/exit-code.js';
import { milliseconds, wholeNumber } from '../program/option-values.js';
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
    .summary('fill a long range, window by window')
    .description(
      'Fills a long range, window by window: so many runs side by side, one after the other. A slice that fails does not ' +
        'end it. A backfill is named by its workflow id.',
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
      'Cuts a range into slices and runs each as `aggregate` would. The same command attaches to the backfill under way, ' +
        'or prints the result that it had; one that failed or was cancelled is run anew. Exits with 1 when slices failed ' +
        'or were left, with 3 when they only did not arrive.',
    )
    .requiredOption(
      '-q, --query <file>',
      'the request as JSON, or the query alone; its own dates give way; - for stdin',
    )
    .requiredOption('--from <date>', 'where the first slice begins: a day, or a time')
    .requiredOption('--to <date>', 'where the last slice ends, exclusive; not in the future')
    .addOption(
      new Option('--slice-by <unit>', 'how long a slice is; day unless given').choices(['day', 'week', 'month']),
    )
    .option('--time-zone <zone>', 'whose days they are, in place of the one in the request')
    .option('--width <number>', `so many runs side by side, 1 to ${WIDTH_MOST}; ${WIDTH} unless given`, width)
    .option('--org <name>', 'organisation, in place of the one in the request')
    .option('--dry-run', 'print the slices, the calls and about how long it takes; start nothing')
    .option('--again', 'read the source anew, although this request has been answered');
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
    .option('--detach', 'print its ids; do not wait')
    .option('--timeout <duration>', 'wait no longer than that, e.g. 15m; the backfill goes on', milliseconds);
}

function addWaiting(backfill: Command, terminal: Terminal, finish: Finish): void {
  const retry = backfill
    .command('retry')
    .summary('run only what failed or was left')
    .description(
      'Runs what of a backfill that has ended did not reach BI, and nothing else, as a backfill of its own, whose id ends ' +
        'in `-retry`. Attaches to it while it is under way; once it has ended, runs what it left over.',
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
    .description('Waits for the end of a backfill, as `start` does.')
    .argument(...BACKFILL)
    .option('--json', 'print the result, or the error, as one JSON document')
    .option('--timeout <duration>', 'wait no longer than that, e.g. 15m; the backfill goes on', milliseconds)
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
    .option('--limit <number>', 'at most so many', wholeNumber(1, LISTED_MOST), 50)
    .option('--json', 'print an array')
    .addHelpText('after', examples('backfill list', 'backfill list --limit 10 --json'))
    .action(async (options: { limit: number; json?: boolean }) => {
      const { listBackfills } = await import('./backfills.js');
      finish(await listBackfills(terminal, options));
    });
  backfill
    .command('show')
    .description('Shows a backfill: its progress, its result or why it failed.')
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
    .description('Starts no more slices until `resume`; those under way go on.')
    .argument(...BACKFILL)
    .option(...ASKED)
    .addHelpText('after', examples(`backfill pause ${SOME_BACKFILL}`))
    .action(async (id: string, options: { json?: boolean }) => {
      const { pauseBackfill } = await import('./backfills.js');
      finish(await pauseBackfill(terminal, id, options));
    });
  backfill
    .command('resume')
    .description('Goes on after a pause.')
    .argument(...BACKFILL)
    .option(...ASKED)
    .addHelpText('after', examples(`backfill resume ${SOME_BACKFILL}`))
    .action(async (id: string, options: { json?: boolean }) => {
      const { resumeBackfill } = await import('./backfills.js');
      finish(await resumeBackfill(terminal, id, options));
    });
  backfill
    .command('width')
    .description('Changes how many runs go side by side. What is under way above it is not stopped.')
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
    .description('Asks a backfill to stop. Its runs audit themselves as cancelled, and then it ends.')
    .argument(...BACKFILL)
    .option(...ASKED)
    .addHelpText('after', examples(`backfill cancel ${SOME_BACKFILL}`))
    .action(async (id: string, options: { json?: boolean }) => {
      const { cancelBackfill } = await import('./backfills.js');
      finish(await cancelBackfill(terminal, id, options));
    });
}
