import type { Command } from 'commander';
import { examples } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { ReportFlags } from './run-report.js';
import type { Terminal } from '../terminal/terminal.js';

const SOME_RUN = 'journey-acme-20261101T0000Z-20261108T0000Z-1a2b3c4d';

export function addReportCommand(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('report')
    .summary('write a page about a run, to be looked at')
    .description(
      'Writes one HTML page about a run: its numbers, charts, completeness, quality, delivery, timeline and audit entry. ' +
        'It needs nothing else and has no script. A run that failed, or is under way, has one, too. Needs DATABASE_URL and ' +
        'DATASET_URL as the worker has them, or a running `npm run dev`.',
    )
    .argument('<run>', 'workflow id of the run')
    .option('-o, --out <file>', 'the file, replaced when it is there; default: a name made of the run')
    .option('--open', 'show it with the program that the system opens such files with')
    .option('--json', 'print {"file", "bytes"}, or the error, as one JSON document')
    .addHelpText('after', examples(`report ${SOME_RUN} --open`, `report ${SOME_RUN} --out week.html --json`))
    .action(async (run: string, options: ReportFlags) => {
      const { reportRun } = await import('./run-report.js');
      finish(await reportRun(terminal, run, options));
    });
}
