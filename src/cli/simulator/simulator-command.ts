import type { Finish } from '../program/exit-code.js';
import type { Command } from 'commander';
import { examples, milliseconds, several, wholeNumber } from '../program/commander.js';
import type { SimulatorCommandOptions } from './simulator.js';
import type { Terminal } from '../terminal/terminal.js';

const ROWS_MOST = 100_000_000;

export function addSimulatorCommand(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('simulator')
    .summary('a CXone to try things against')
    .description(
      'Runs a simulated CXone reporting API and a webhook receiver until Ctrl-C. Prints a line that begins with "ready" ' +
        'once both listen, then what points the product at them.',
    )
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <number>', 'port of the API; any free one unless given', wholeNumber(0, 65_535))
    .option('--webhook-port <number>', 'port of the receiver; any free one unless given', wholeNumber(0, 65_535))
    .option('--rows <number>', 'rows of every result; what the window holds unless given', wholeNumber(0, ROWS_MOST))
    .option('--seed <text>', 'other data, the same on every run')
    .option(
      '--settled-before <date>',
      'days from then on are provisional: some rows are late, some will be corrected, some removed; `POST /__admin/data` moves it',
    )
    .option('--ready-after <duration>', 'how long a query runs, e.g. 30s; one poll unless given', milliseconds)
    .option('--fault <spec>', 'NAME[:OPERATION]@RATE[xTIMES]; may be given several times', several)
    .option('--journal <folder>', 'keep what was asked and answered as NDJSON')
    .option('--json', 'print where things are as one JSON document')
    .addHelpText(
      'after',
      examples(
        'simulator',
        'simulator --port 8080 --rows 250000 --ready-after 2m',
        'simulator --settled-before 2026-11-05',
        'simulator --fault 503:poll@0.2x3 --fault 401@0.05 --fault drop-after:webhook@0.1',
      ),
    )
    .action(async (options: SimulatorCommandOptions) => {
      const { simulate } = await import('./simulator.js');
      finish(await simulate(terminal, options));
    });
}
