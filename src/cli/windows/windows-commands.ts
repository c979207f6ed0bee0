import type { Command } from 'commander';
import { examples } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import type { ExplainOptions } from './explain.js';
import type { FillOptions } from './fill.js';
import type { WindowsOptions } from './windows.js';

/** Which time each series has at its destination, and how to close its gaps. */
export function addWindowCommands(program: Command, terminal: Terminal, finish: Finish): void {
  const windows = program
    .command('windows')
    .summary('which days there are: delivered, corrected, late, missing')
    .description(
      'Shows which time each series has at its destination. Needs DATABASE_URL, or a running `npm run dev`. ' +
        '`windows` alone is `windows list`.',
    );
  withFilter(windows.command('list', { isDefault: true }))
    .description('Shows up to when each series is complete, and what is corrected, late or missing.')
    .option('--json', 'print an array')
    .addHelpText(
      'after',
      examples('windows list --org acme', `windows list --json | jq -r '.[] | [.series, .completeUpTo] | @tsv'`),
    )
    .action(async (options: WindowsOptions) => {
      const { listWindows } = await import('./windows.js');
      finish(await listWindows(terminal, options));
    });
  withFilter(windows.command('fill'))
    .description('Prints the backfills that close the gaps: missing, late and failed windows. Starts them with --yes.')
    .option('--yes', 'start them; do not wait for their end')
    .option('--json', 'print an array')
    .addHelpText('after', examples('windows fill --org acme', 'windows fill --series 0123456789abcdef --yes'))
    .action(async (options: FillOptions) => {
      const { fillWindows } = await import('./fill.js');
      finish(await fillWindows(terminal, options));
    });
  windows.addHelpText('after', examples('windows', 'windows list --from 2026-10-01 --to 2026-11-01', 'windows fill'));
}

/** Why the figures of a day are what they are. */
export function addExplainCommand(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('explain')
    .summary('why the figures of a day changed')
    .description(
      'Shows which revision of a day counted at a time, and what changed since and why: late legs, settled journeys, ' +
        'changes at the source, repairs. Needs DATABASE_URL, or a running `npm run dev`.',
    )
    .requiredOption('--series <series>', 'first digits of the series, at least 4, or the name of its report')
    .requiredOption('--date <day>', 'day in the zone of the series')
    .option('--as-of <date>', 'day (all of it) or instant of interest (default: the first delivery)')
    .option('--org <name>', 'only for this organisation')
    .option('--json', 'print an object')
    .addHelpText(
      'after',
      examples(
        'explain --series 0123456789abcdef --date 2026-10-03',
        'explain --series "nightly completion" --date 2026-10-03 --as-of 2026-10-08',
      ),
    )
    .action(async (options: ExplainOptions) => {
      const { explainDate } = await import('./explain.js');
      finish(await explainDate(terminal, options));
    });
}

function withFilter(command: Command): Command {
  return command
    .option('--org <name>', 'only for this organisation')
    .option('--series <series>', 'only this series')
    .option('--source <name>', 'only series of this source')
    .option('--destination <name>', 'only at this destination')
    .option('--from <date>', 'only time after this day in the zone of each series, or this instant')
    .option('--to <date>', 'only time before this day or instant');
}
