import type { Finish } from '../program/exit-code.js';
import type { Command } from 'commander';
import { examples, milliseconds, several, wholeNumber } from '../program/commander.js';
import type { SimulatorCommandOptions } from './simulator.js';
import type { Terminal } from '../terminal/terminal.js';

const ROWS_MOST = 100_000_000;

export function addSimulatorCommand(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('simulator')
    .summary('a simulated CXone and webhook receiver')
    .description(
      'Runs a simulated CXone reporting API and a webhook receiver until Ctrl-C. Prints a line that begins with "ready" ' +
        'once both listen, then the variables that connect the product to them.',
    )
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <number>', 'port of the API (default: any free port)', wholeNumber(0, 65_535))
    .option('--webhook-port <number>', 'port of the receiver (default: any free port)', wholeNumber(0, 65_535))
    .option('--rows <number>', 'rows per result (default: depends on the window)', wholeNumber(0, ROWS_MOST))
    .option('--seed <text>', 'seed of the data: the same seed gives the same data')
    .option(
      '--settled-before <date>',
      'days from this date are provisional: rows will be added, corrected and removed; `POST /__admin/data` moves the date',
    )
    .option('--ready-after <duration>', 'how long a query runs, e.g. 30s (default: one poll)', milliseconds)
    .option('--fault <spec>', 'NAME[:OPERATION]@RATE[xTIMES]; repeat for more faults', several)
    .option('--journal <folder>', 'write requests and answers to this file as NDJSON')
    .option('--json', 'print the addresses as one JSON document')
    .addHelpText(
      'after',
      examples(
        'simulator',
        'simulator --port 8090 --rows 250000 --ready-after 2m',
        'simulator --settled-before 2026-11-05',
        'simulator --fault 503:poll@0.2x3 --fault 401@0.05 --fault drop-after:webhook@0.1',
      ),
    )
    .action(async (options: SimulatorCommandOptions) => {
      const { simulate } = await import('./simulator.js');
      finish(await simulate(terminal, options));
    });
}
