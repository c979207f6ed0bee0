import { InvalidArgumentError, Option, type Command } from 'commander';
import { CSV_SEPARATORS, EXPORT_FORMATS, type RowForm } from '../../contract/row-choice.js';
import { OUTCOMES } from '../../domain/journeys/outcome.js';
import type { RecordGrain } from '../../ports/index.js';
import { examples } from '../program/commander.js';
import { UsageError } from '../program/errors.js';
import type { ExitCode, Finish } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import type { ExportOptions } from './export-rows.js';

const SOME_RUN = 'journey-acme-20261101T0000Z-20261108T0000Z-1a2b3c4d';
const ROWS = ['kept', 'delivered', 'raw', 'rollup', 'series', 'typed'];
const SERIES_ONLY = ['org', 'destination', 'from', 'to'] as const;

/** `journey-metrics runs export`. */
export function addExport(runs: Command, terminal: Terminal, finish: Finish): void {
  const command = runs
    .command('export')
    .summary('write the rows of a run, or of all windows of a series, to a file')
    .description(
      'Writes the rows of an ended run to a file, and FILE.manifest.json beside it with their number, hash, ' +
        'window and completeness. With --series, writes the delivered revision of every window of a series, which ' +
        'needs the DATABASE_URL of the worker. Needs the DATASET_URL of the worker, or a running `npm run dev`.',
    )
    .argument('[run]', 'workflow id of the run')
    .requiredOption('-o, --out <file>', 'the file to write or replace; a pipe or a device; - for stdout')
    .addOption(
      new Option('--format <format>', 'one JSON line per row, CSV, or Parquet')
        .choices(EXPORT_FORMATS)
        .default('ndjson'),
    );
  addSeries(command);
  addWhich(command);
  addForm(command);
  command
    .option('--json', 'print the manifest, or the error, as one JSON document')
    .addHelpText(
      'after',
      examples(
        `runs export ${SOME_RUN} --out rows.ndjson`,
        `runs export ${SOME_RUN} --raw --format csv --out rows.csv`,
        `runs export ${SOME_RUN} --journeys --outcome dropped-in-queue --sample 20 --out -`,
        'runs export --series 5732feec0a1b2c3d --from 2026-10-01 --to 2026-11-01 --typed --with-identity --out -',
      ),
    )
    .action(async (run: string | undefined, flags: ExportFlags) => {
      finish(await (await exporterOf(run, flags))(terminal, optionsOf(flags)));
    });
}

function addSeries(command: Command): void {
  command
    .option('--series <digits>', 'the 16 hex digits of a series, in place of a run')
    .option('--org <name>', 'with --series: only of this organisation')
    .option('--destination <name>', 'with --series: only what was delivered there')
    .option('--from <date>', 'with --series: windows that end after this day, in their own zone, or instant')
    .option('--to <date>', 'with --series: windows that begin before it');
}

function addWhich(command: Command): void {
  command
    .addOption(
      new Option('--kept', 'the rows that remain after outliers (default)').conflicts(['delivered', 'raw', 'rollup']),
    )
    .addOption(
      new Option('--delivered', 'the rows in the payload: a sample of the kept rows').conflicts(['raw', 'rollup']),
    )
    .addOption(new Option('--raw', 'every row that the source returned').conflicts('rollup'))
    .option('--rollup', 'the rollup table, one line per group; a CSV has a column per figure')
    .addOption(
      new Option('--journeys', 'of a source of kind contacts: the journeys, one a line').conflicts([...ROWS, 'legs']),
    )
    .addOption(new Option('--legs', 'the contacts that begin in the window, one a line').conflicts(ROWS))
    .addOption(
      new Option('--outcome <outcome>', 'with --journeys: only of this outcome').choices(
        OUTCOMES.map(({ outcome }) => outcome),
      ),
    )
    .option('--sample <count>', 'with --journeys: that many, the same ones each time', sampleSize);
}

function addForm(command: Command): void {
  command
    .option('--typed', 'write requested metrics that are a number in a text as a number, with the same digits')
    .option('--with-identity', 'add columns _delivery_id, _revision, _series, _window_from, …; needs DATABASE_URL')
    .option(
      '--guard-formulas',
      "in a CSV, put a ' in front of texts that a spreadsheet would run as a formula; numbers stay",
    )
    .option('--bom', 'begin a CSV with a byte order mark, by which Excel knows UTF-8')
    .option('--separator <separator>', 'of a CSV: "," (default), ";" or tab', separator, 'comma');
}

const SEPARATOR_SIGNS = new Map<string, RowForm['separator']>([
  [',', 'comma'],
  [';', 'semicolon'],
  ['\t', 'tab'],
  ['\\t', 'tab'],
  ...CSV_SEPARATORS.map((name) => [name, name] as const),
]);

function sampleSize(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 999999.');
}

function separator(text: string): RowForm['separator'] {
  const name = SEPARATOR_SIGNS.get(text);
  if (name !== undefined) return name;
  throw new InvalidArgumentError('It must be "," or ";" or tab.');
}

interface ExportFlags extends Pick<RowForm, 'separator'> {
  readonly format: (typeof EXPORT_FORMATS)[number];
  readonly out: string;
  readonly series?: string;
  readonly org?: string;
  readonly destination?: string;
  readonly from?: string;
  readonly to?: string;
  readonly delivered?: boolean;
  readonly raw?: boolean;
  readonly rollup?: boolean;
  readonly journeys?: boolean;
  readonly legs?: boolean;
  readonly outcome?: string;
  readonly sample?: number;
  readonly typed?: boolean;
  readonly withIdentity?: boolean;
  readonly guardFormulas?: boolean;
  readonly bom?: boolean;
  readonly json?: boolean;
}

function optionsOf(flags: ExportFlags): ExportOptions {
  const { format, separator: between, out, delivered, raw, rollup } = flags;
  const { typed = false, withIdentity = false, guardFormulas = false, bom = false, json = false } = flags;
  const exported = rollup ? 'rollup' : raw ? 'raw' : delivered ? 'delivered' : 'kept';
  return { format, separator: between, out, exported, typed, withIdentity, guardFormulas, bom, json };
}

async function recordExporter(run: string, exported: RecordGrain, flags: ExportFlags): Promise<Exporter> {
  const { outcome, sample } = flags;
  const { exportRecords } = await import('./export-records.js');
  return (terminal, options) =>
    exportRecords(terminal, run, {
      ...options,
      exported,
      ...(outcome !== undefined && { outcome }),
      ...(sample !== undefined && { sample }),
    });
}

type Exporter = (terminal: Terminal, options: ExportOptions) => Promise<ExitCode>;

async function exporterOf(run: string | undefined, flags: ExportFlags): Promise<Exporter> {
  const strayChoice = flags.journeys ? undefined : (['outcome', 'sample'] as const).find((name) => flags[name]);
  if (strayChoice !== undefined) throw new UsageError(`--${strayChoice} goes with --journeys`);
  const { series, org, destination, from, to } = flags;
  if (series === undefined) {
    const stray = SERIES_ONLY.find((name) => flags[name] !== undefined);
    if (stray !== undefined) throw new UsageError(`--${stray} goes with --series`);
    if (run === undefined) throw new UsageError('name a run, or a series with --series');
    const grain = flags.journeys ? 'journeys' : flags.legs ? 'legs' : undefined;
    if (grain !== undefined) return recordExporter(run, grain, flags);
    const { exportRun } = await import('./export-run.js');
    return (terminal, options) => exportRun(terminal, run, options);
  }
  if (run !== undefined) throw new UsageError('name a run or a series, not both');
  const filter = {
    series,
    ...(org !== undefined && { org }),
    ...(destination !== undefined && { destination }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  const { exportSeries } = await import('./export-series.js');
  return (terminal, options) => exportSeries(terminal, { ...options, ...filter });
}
