import type { Command } from 'commander';
import { examples } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';

export function addDatasetCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const datasets = program
    .command('datasets')
    .summary('list stored rows and payloads, and delete old ones')
    .description(
      'Shows the stored rows and payloads, and what needs them. Needs the DATASET_URL and DATABASE_URL of the worker, ' +
        'or a running `npm run dev`.',
    );
  datasets
    .command('list')
    .description('Lists datasets, oldest first: their run or delivery, their size, and how long they are kept.')
    .option('--json', 'print an array')
    .addHelpText('after', examples('datasets list', `datasets list --json | jq '[.[].bytes] | add'`))
    .action(async (options: { json?: boolean }) => {
      const { listDatasets } = await import('./datasets.js');
      finish(await listDatasets(terminal, options));
    });
  datasets
    .command('gc')
    .description(
      'Deletes datasets that are older than DATASET_RETENTION, unless an open or undelivered run needs them. Does now what the schedule does daily.',
    )
    .option('--dry-run', 'list what would be deleted; delete nothing')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples('datasets gc --dry-run', 'datasets gc'))
    .action(async (options: { dryRun?: boolean; json?: boolean }) => {
      const { collectGarbage } = await import('./datasets.js');
      finish(await collectGarbage(terminal, options));
    });
  datasets.addHelpText('after', examples('datasets list', 'datasets gc --dry-run'));
}
