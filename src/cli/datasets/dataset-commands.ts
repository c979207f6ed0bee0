import type { Command } from 'commander';
import { examples } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';

export function addDatasetCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const datasets = program
    .command('datasets')
    .summary('see what rows and payloads are kept, and delete what is old')
    .description(
      'Shows the rows and payloads that are kept, and who needs them. Needs DATASET_URL and DATABASE_URL as the worker ' +
        'has them, or a running `npm run dev`.',
    );
  datasets
    .command('list')
    .description('Lists what is kept, oldest first: of which run or delivery, how large, and until when.')
    .option('--json', 'print an array')
    .addHelpText('after', examples('datasets list', `datasets list --json | jq '[.[].bytes] | add'`))
    .action(async (options: { json?: boolean }) => {
      const { listDatasets } = await import('./datasets.js');
      finish(await listDatasets(terminal, options));
    });
  datasets
    .command('gc')
    .description(
      'Deletes what is older than DATASET_RETENTION and needed by no open or undelivered run, now in place of on the schedule.',
    )
    .option('--dry-run', 'say what would go, and delete nothing')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples('datasets gc --dry-run', 'datasets gc'))
    .action(async (options: { dryRun?: boolean; json?: boolean }) => {
      const { collectGarbage } = await import('./datasets.js');
      finish(await collectGarbage(terminal, options));
    });
  datasets.addHelpText('after', examples('datasets list', 'datasets gc --dry-run'));
}
