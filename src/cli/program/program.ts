import { Command, CommanderError } from 'commander';
import { packageVersion } from '../../config/places.js';
import type { AggregateOptions } from '../runs/aggregate.js';
import { addAlertCommands } from '../alerts/alert-commands.js';
import { addAuditCommands } from '../audit/audit-commands.js';
import { addBackfillCommands } from '../backfill/backfill-commands.js';
import { addDatasetCommands } from '../datasets/dataset-commands.js';
import { EXIT, type ExitCode, type Finish } from './exit-code.js';
import { examples, milliseconds } from './commander.js';
import { addDestinationCommands } from '../destinations/destination-commands.js';
import { addKeyCommands } from '../keys/key-commands.js';
import { addSourceCommands } from '../sources/source-commands.js';
import { addRecordsCommands } from '../records/records-commands.js';
import { addOrgCommands } from '../orgs/org-commands.js';
import { addReportCommand } from '../page/report-command.js';
import { addRunCommands } from '../runs/run-commands.js';
import { addScheduleCommands } from '../schedules/schedule-commands.js';
import { addSimulatorCommand } from '../simulator/simulator-command.js';
import { addExplainCommand, addWindowCommands } from '../windows/windows-commands.js';
import type { Terminal } from '../terminal/terminal.js';
import { wrap } from '../terminal/wrap.js';

/** Runs one command line. Never rejects; answers with the exit code. */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  try {
    const program = createProgram(terminal, (code) => {
      exitCode = code;
    });
    // Of somebody who types the name alone.
    const asked = argv.every((word) => word === '--json') ? ['status', ...argv] : argv;
    await program.parseAsync(asked, { from: 'user' });
    await terminal.flush();
    return exitCode;
  } catch (error) {
    // Help and version, as asked for.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    const { reportFailure } = await import('./failure.js');
    return reportFailure(error, terminal, argv.includes('--json'));
  }
}

/** Every command and its options; runs none. @param finish told the exit code */
export function createProgram(terminal: Terminal, finish: Finish): Command {
  const program = new Command('journey-metrics')
    .description('Journey execution metrics out of NICE CXone, by Temporal workflows.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    // Narrower than that nothing is wrapped.
    .configureHelp({ minWidthToWrap: 20 })
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(terminal.typed(text)),
      writeErr: (text) => terminal.stderr.write(terminal.typed(text)),
      getOutHelpWidth: () => terminal.columns ?? HELP_COLUMNS,
      outputError: (text, write) => {
        write(text.replace(/^error:/, 'journey-metrics:'));
      },
    })
    .addHelpText('after', () =>
      ENDS.map((line) => `\n${wrap(line, terminal.columns ?? HELP_COLUMNS).join('\n')}`).join('\n'),
    )
    .addHelpText('after', examples('aggregate --query last-week.json', 'runs list', 'doctor'));
  addAggregateCommand(program, terminal, finish);
  addRunCommands(program, terminal, finish);
  addReportCommand(program, terminal, finish);
  addWindowCommands(program, terminal, finish);
  addExplainCommand(program, terminal, finish);
  addScheduleCommands(program, terminal, finish);
  addBackfillCommands(program, terminal, finish);
  addAlertCommands(program, terminal, finish);
  addAuditCommands(program, terminal, finish);
  addDatasetCommands(program, terminal, finish);
  addRecordsCommands(program, terminal, finish);
  addKeyCommands(program, terminal, finish);
  addSourceCommands(program, terminal, finish);
  addOrgCommands(program, terminal, finish);
  addDestinationCommands(program, terminal, finish);
  addStatusCommand(program, terminal, finish);
  addDoctorCommand(program, terminal, finish);
  addSimulatorCommand(program, terminal, finish);
  return program;
}

/** Of help that is no terminal's. */
const HELP_COLUMNS = 80;

const ENDS = [
  'Commands use the Temporal at TEMPORAL_ADDRESS (and the other TEMPORAL_* variables), or that of a running `npm run dev`.',
  'Exit codes: 0 done, 1 failed, 2 bad request, usage or configuration, 3 completed but undelivered, ' +
    '4 the timeout passed and the run continues, 5 schedules differ from the file, 130 interrupted and the run continues.',
];

function addAggregateCommand(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('aggregate')
    .summary('read, check and deliver one window')
    .description(
      'Reads one window of journey metrics, checks its rows and delivers them. Repeating a request attaches to the active ' +
        'run, or prints its stored result; a failed run starts again.',
    )
    .requiredOption('-q, --query <file>', 'file with the request, or only its query, as JSON; - for stdin')
    .option('--org <name>', 'organisation (default: that of the request)')
    .option('--json', 'print the result, or the error, as one JSON document')
    .option('--detach', 'start the run and print its ids; do not wait')
    .option('--again', 'read the source again, even if this request has a result')
    .option('--timeout <duration>', 'maximum time to wait, e.g. 15m; the run continues', milliseconds)
    .addHelpText(
      'after',
      examples(
        'aggregate --query last-week.json',
        'aggregate --query last-week.json --json --timeout 30m > result.json',
        `aggregate --query - <<< '{"query": {"metric": ["journeyCompletionRate"]}, "window": {"relative": "yesterday"}}'`,
      ),
    )
    .action(async (options: AggregateOptions) => {
      const { aggregate } = await import('../runs/aggregate.js');
      finish(await aggregate(terminal, options));
    });
}

function addStatusCommand(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('status')
    .summary('say where one stands, and what to do next')
    .description(
      'Says where one stands: organisations, series and up to when they are complete, what is late, open alerts, and what ' +
        'to do next. The same as `journey-metrics` without arguments. Works when nothing is configured or nothing runs.',
    )
    .option('--json', 'print {"ready", "problem", "organisations", "series", "late", "alerts", "next"}')
    .addHelpText('after', examples('status', 'status --json'))
    .action(async (options: { json?: boolean }) => {
      const { status } = await import('../status/status.js');
      finish(await status(terminal, options));
    });
}

function addDoctorCommand(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('doctor')
    .summary('check everything that a run needs')
    .description(
      'Checks everything that a run needs and says what to fix. Fetches a token, delivers nothing; exits with 1 when a check fails.',
    )
    .option('--json', 'print {"healthy", "checks": [{"name", "status", "found", "remedy"}]}')
    .addHelpText('after', examples('doctor', `doctor --json | jq '.checks[] | select(.status != "ok")'`))
    .action(async (options: { json?: boolean }) => {
      const { doctor } = await import('../doctor.js');
      finish(await doctor(terminal, options));
    });
}
