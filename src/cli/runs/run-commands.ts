import type { Finish } from '../program/exit-code.js';
import { Option, type Command } from 'commander';
import { RUN_WORDS } from '../../contract/closed-sets.js';
import { addExport } from '../export/export-command.js';
import { examples, milliseconds, wholeNumber } from '../program/commander.js';
import type { HistoryOptions } from './run-history.js';
import type { ListOptions, RedeliverOptions } from './runs.js';
import type { Terminal } from '../terminal/terminal.js';

const LISTED_MOST = 10_000;
const SOME_RUN = 'journey-acme-20261101T0000Z-20261108T0000Z-1a2b3c4d';
const RUN = ['<run>', 'workflow id of the run'] as const;
const ASKED = ['--json', 'print {"workflowId", "asked"}'] as const;

export function addRunCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const runs = program
    .command('runs')
    .summary('list, show and control runs')
    .description('Lists, shows and controls runs. The name of a run is its workflow id.');
  addReading(runs, terminal, finish);
  addHistory(runs, terminal, finish);
  addExport(runs, terminal, finish);
  addActing(runs, terminal, finish);
  runs.addHelpText('after', examples('runs list --limit 10', `runs show ${SOME_RUN} --history`));
}

function addReading(runs: Command, terminal: Terminal, finish: Finish): void {
  runs
    .command('list')
    .description('Lists the runs that Temporal keeps, newest first.')
    .option('--limit <number>', 'maximum number to list', wholeNumber(1, LISTED_MOST), 50)
    .option(
      '--window <window>',
      'only runs whose window has a part of it: a day, month or range in the zone of each run',
    )
    .option('--org <name>', 'only of this organisation')
    .option('--series <series>', 'only of this series')
    .addOption(new Option('--outcome <outcome>', 'only those that ended like this, or are running').choices(RUN_WORDS))
    .option('--json', 'print an array')
    .addHelpText('after', examples('runs list', 'runs list --window 2026-10-07', 'runs list --limit 10 --json'))
    .action(async (options: ListOptions) => {
      const { listRuns } = await import('./runs.js');
      finish(await listRuns(terminal, options));
    });
  runs
    .command('show')
    .description('Shows the progress, the result or the failure of a run.')
    .argument(...RUN)
    .option('--history', 'include its events')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples(`runs show ${SOME_RUN}`, `runs show ${SOME_RUN} --history --json`))
    .action(async (run: string, options: { history?: boolean; json?: boolean }) => {
      const { showRun } = await import('./show-run.js');
      finish(await showRun(terminal, run, options));
    });
  runs
    .command('watch')
    .description('Waits for a run to end, as `aggregate` does.')
    .argument(...RUN)
    .option('--json', 'print the result, or the error, as one JSON document')
    .option('--timeout <duration>', 'maximum time to wait, e.g. 15m; the run continues', milliseconds)
    .addHelpText('after', examples(`runs watch ${SOME_RUN} --timeout 1h`))
    .action(async (run: string, options: { json?: boolean; timeout?: number }) => {
      const { watch } = await import('./runs.js');
      finish(await watch(terminal, run, options));
    });
}

function addHistory(runs: Command, terminal: Terminal, finish: Finish): void {
  runs
    .command('history')
    .summary('show the revisions of deliveries')
    .description(
      'Shows every delivered revision of the windows that have a part of `--window`, or of all: which runs read it, what changed from one to the next, ' +
        'and which runs found it unchanged and sent nothing. Needs the DATABASE_URL and DATASET_URL of the worker, or a ' +
        'running `npm run dev`.',
    )
    .option(
      '--window <window>',
      'a day, month or range in the zone of each delivery, or FROM/TO as instants (default: all)',
    )
    .option('--org <name>', 'only for this organisation')
    .option('--json', 'print an array')
    .addHelpText(
      'after',
      examples(
        'runs history --window 2026-11-01',
        'runs history --window 2026-11 --org acme',
        'runs history --window 2026-11-01T00:00:00Z/2026-11-08T00:00:00Z --org acme --json',
      ),
    )
    .action(async (options: HistoryOptions) => {
      const { showHistory } = await import('./run-history.js');
      finish(await showHistory(terminal, options));
    });
}

function addActing(runs: Command, terminal: Terminal, finish: Finish): void {
  runs
    .command('cancel')
    .description('Cancels a run. It writes its audit entry, and then ends.')
    .argument(...RUN)
    .option(...ASKED)
    .addHelpText('after', examples(`runs cancel ${SOME_RUN}`))
    .action(async (run: string, options: { json?: boolean }) => {
      const { cancel } = await import('./runs.js');
      finish(await cancel(terminal, run, options));
    });
  runs
    .command('poll-now')
    .description('Polls the source now, without waiting for the next poll.')
    .argument(...RUN)
    .option(...ASKED)
    .addHelpText('after', examples(`runs poll-now ${SOME_RUN}`))
    .action(async (run: string, options: { json?: boolean }) => {
      const { pollNow } = await import('./runs.js');
      finish(await pollNow(terminal, run, options));
    });
  runs
    .command('redeliver')
    .description(
      'Sends the delivery of a run again, with the same ids, and waits for the outcome. Exits with 3 if it does not arrive.',
    )
    .argument(...RUN)
    .option('--destination <name>', 'only to this destination of the run')
    .option('--org <name>', 'only of this organisation')
    .option('--all', 'also send the parts that were acknowledged')
    .option('--revision <number>', 'the revision to send (default: the latest)', wholeNumber(1, 2 ** 31 - 1))
    .option('--json', 'print the outcome, or the error, as one JSON document')
    .addHelpText('after', examples(`runs redeliver ${SOME_RUN}`, `runs redeliver ${SOME_RUN} --revision 2 --all`))
    .action(async (run: string, options: RedeliverOptions) => {
      const { redeliver } = await import('./runs.js');
      finish(await redeliver(terminal, run, options));
    });
}
