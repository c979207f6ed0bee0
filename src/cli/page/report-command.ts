import type { Command } from 'commander';
import { examples } from '../program/commander.js';
import type { Finish } from '../program/exit-code.js';
import type { ReportFlags } from './run-report.js';
import type { Terminal } from '../terminal/terminal.js';

const SOME_RUN = 'journey-acme-20261101T0000Z-20261108T0000Z-1a2b3c4d';

export function addReportCommand(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('report')
    .summary('write an HTML report of a run')
    .description(
      'Writes one HTML page about a run: figures, charts, completeness, quality, delivery, timeline and audit entry. ' +
        'The page is self-contained and has no script. Failed and active runs have one too. Needs the DATABASE_URL and ' +
        'DATASET_URL of the worker, or a running `npm run dev`.',
    )
    .argument('<run>', 'workflow id of the run')
    .option('-o, --out <file>', 'the file to write or replace (default: named after the run)')
    .option('--open', 'open the page in the default program')
    .option('--json', 'print {"file", "bytes"}, or the error, as one JSON document')
    .addHelpText('after', examples(`report ${SOME_RUN} --open`, `report ${SOME_RUN} --out week.html --json`))
    .action(async (run: string, options: ReportFlags) => {
      const { reportRun } = await import('./run-report.js');
      finish(await reportRun(terminal, run, options));
    });
}
