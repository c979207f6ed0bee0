import type { Finish } from './exit-code.js';
import type { Command } from 'commander';
import { examples } from './examples.js';
import { milliseconds, wholeNumber } from './option-values.js';
import type { RedeliverOptions } from './runs.js';
import type { Terminal } from './terminal.js';

const LISTED_MOST = 10_000;
const SOME_RUN = 'journey-acme-20261101T0000Z-20261108T0000Z-1a2b3c4d';
const RUN = ['<run>', 'workflow id of the run'] as const;

export function addRunCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const runs = program
    .command('runs')
    .summary('list runs, show them and act on them')
    .description('Lists runs, shows them and acts on them. A run is named by its workflow id.');
  addReading(runs, terminal, finish);
  addActing(runs, terminal, finish);
  runs.addHelpText('after', examples('runs list --limit 10', `runs show ${SOME_RUN} --history`));
}

function addReading(runs: Command, terminal: Terminal, finish: Finish): void {
  runs
    .command('list')
    .description('Lists the runs that Temporal keeps, newest first.')
    .option('--limit <number>', 'at most so many', wholeNumber(1, LISTED_MOST), 50)
    .option('--json', 'print an array')
    .addHelpText('after', examples('runs list', 'runs list --limit 10 --json'))
    .action(async (options: { limit: number; json?: boolean }) => {
      const { listRuns } = await import('./runs.js');
      finish(await listRuns(terminal, options));
    });
  runs
    .command('show')
    .description('Shows a run: its progress, its result or why it failed.')
    .argument(...RUN)
    .option('--history', 'with its events')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples(`runs show ${SOME_RUN}`, `runs show ${SOME_RUN} --history --json`))
    .action(async (run: string, options: { history?: boolean; json?: boolean }) => {
      const { showRun } = await import('./show-run.js');
      finish(await showRun(terminal, run, options));
    });
  runs
    .command('watch')
    .description('Waits for the end of a run, as `aggregate` does.')
    .argument(...RUN)
    .option('--json', 'print the result, or the error, as one JSON document')
    .option('--timeout <duration>', 'wait no longer than that, e.g. 15m; the run goes on', milliseconds)
    .addHelpText('after', examples(`runs watch ${SOME_RUN} --timeout 1h`))
    .action(async (run: string, options: { json?: boolean; timeout?: number }) => {
      const { watch } = await import('./runs.js');
      finish(await watch(terminal, run, options));
    });
}

function addActing(runs: Command, terminal: Terminal, finish: Finish): void {
  runs
    .command('cancel')
    .description('Asks a run to stop. It audits itself as cancelled, and then ends.')
    .argument(...RUN)
    .addHelpText('after', examples(`runs cancel ${SOME_RUN}`))
    .action(async (run: string) => {
      const { cancel } = await import('./runs.js');
      finish(await cancel(terminal, run));
    });
  runs
    .command('poll-now')
    .description('Ends the present wait for the source at once.')
    .argument(...RUN)
    .addHelpText('after', examples(`runs poll-now ${SOME_RUN}`))
    .action(async (run: string) => {
      const { pollNow } = await import('./runs.js');
      finish(await pollNow(terminal, run));
    });
  runs
    .command('redeliver')
    .description(
      'Sends what a run made once more, under the same ids, and waits for the outcome: 3 when it does not arrive.',
    )
    .argument(...RUN)
    .option('--all', 'also the parts that were acknowledged')
    .option('--revision <number>', 'that one, in place of the latest', wholeNumber(1, 2 ** 31 - 1))
    .option('--json', 'print the outcome, or the error, as one JSON document')
    .addHelpText('after', examples(`runs redeliver ${SOME_RUN}`, `runs redeliver ${SOME_RUN} --revision 2 --all`))
    .action(async (run: string, options: RedeliverOptions) => {
      const { redeliver } = await import('./runs.js');
      finish(await redeliver(terminal, run, options));
    });
}
