import type { Command } from 'commander';
import { examples, wholeNumber } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';

const HIGHEST_FENCE = 2_000_000_000;

export function addRecordsCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const records = program
    .command('records')
    .summary('what to do after Postgres was restored')
    .description('Works on the records in Postgres. Needs DATABASE_URL, or a running `npm run dev`.');
  records
    .command('fence')
    .description(
      'Raises the next revision of every delivery, and says so in the audit trail. Needed after a restore of Postgres only ' +
        'where the dataset store was set back, too.',
    )
    .option(
      '--above <number>',
      'the next revision is above this number (default: the next thousand)',
      wholeNumber(1, HIGHEST_FENCE),
    )
    .option('--json', 'print {"above", "seq"}')
    .addHelpText('after', examples('records fence', 'records fence --above 5000'))
    .action(async (options: { above?: number; json?: boolean }) => {
      const { fenceRecords } = await import('./fence.js');
      finish(await fenceRecords(terminal, options));
    });
  records.addHelpText('after', examples('records fence'));
}
