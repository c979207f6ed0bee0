import { JourneyMetricsError, type AggregateResult, type RunHandle } from '../../client.js';
import { withDatasets, type OpenDatasets } from '../../composition/stores.js';
import { CsvColumns } from '../../datasets/read/export-csv.js';
import {
  openRowExport,
  openTableExport,
  type ExportedRows,
  type RowBatch,
  type RowExport,
} from '../../datasets/read/export-rows.js';
import { rowsText } from '../../datasets/read/read-rows.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { manifestOf, writeExport, type WrittenBytes } from './export-file.js';
import { startLiveLine } from '../terminal/live-line.js';
import { countOf, countText } from '../../text/number-text.js';
import { withSession } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';
import { UsageError } from '../program/errors.js';
import { waitUnlessStopped, WaitStopped } from '../program/waiting.js';

type ExportFormat = 'ndjson' | 'csv';

/** What of a run is written: its rows, or the table of its rollup. */
type Exported = ExportedRows | 'rollup';

export interface ExportOptions {
  readonly format: ExportFormat;
  readonly out: string;
  readonly exported: Exported;
  readonly guardFormulas: boolean;
  readonly json: boolean;
}

/** What stands beside an exported file. */
type ExportManifest = WrittenBytes &
  Pick<AggregateResult, 'workflowId' | 'runId' | 'queryId' | 'window' | 'completeness'> & {
    readonly format: ExportFormat;
    readonly exported: Exported;
    readonly rows: number;
    /** Of a CSV, in their order. */
    readonly columns?: readonly string[];
  };

/** `journey-metrics runs export`: the rows of a run that has ended, into a file, with a manifest beside it. */
export async function exportRun(terminal: Terminal, workflowId: string, options: ExportOptions): Promise<ExitCode> {
  const result = await withSession(terminal, ({ client }) => requireResult(client.run(workflowId)));
  try {
    const manifest = await waitUnlessStopped(undefined, (signal) => writeRows(terminal, result, options, signal));
    if (options.json) terminal.printJson(manifest);
    else terminal.print(`${countOf(manifest.rows, 'row')} in ${options.out}, described by ${manifestOf(options.out)}`);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof WaitStopped)) throw error;
    terminal.note(`journey-metrics: interrupted; ${options.out} was removed`);
    return EXIT.interrupted;
  }
}

async function requireResult(run: RunHandle): Promise<AggregateResult> {
  const { state } = await run.summary();
  if (state === 'running') {
    throw new UsageError(
      `${run.workflowId} has not ended yet: \`journey-metrics runs watch ${run.workflowId}\` waits for it`,
    );
  }
  return run.result();
}

async function writeRows(
  terminal: Terminal,
  result: AggregateResult,
  options: ExportOptions,
  signal: AbortSignal,
): Promise<ExportManifest> {
  const { format, out, exported, guardFormulas } = options;
  const { config, stderr } = terminal;
  const { place } = config.datasets();
  const line = stderr.isTTY ? startLiveLine(stderr, config.colours()) : undefined;
  const columns = new CsvColumns();
  const { workflowId, runId, queryId, window, completeness } = result;
  return withDatasets(place, async ({ datasets }) => {
    const source = await openExport(datasets, result, exported, signal);
    const chunks = rowsText(watched(source, format, line?.show), { format, columns, guardFormulas });
    return writeExport(out, chunks, (written) => ({
      rows: source.rows,
      ...written,
      format,
      exported,
      workflowId,
      runId,
      queryId,
      window,
      completeness,
      ...(format === 'csv' && { columns: columns.keys }),
    }));
  }).finally(() => line?.stop());
}

async function openExport(
  store: OpenDatasets['datasets'],
  { workflowId, dataset, summary }: AggregateResult,
  exported: Exported,
  signal: AbortSignal,
): Promise<RowExport> {
  if (exported !== 'rollup') {
    if (dataset) return openRowExport(store, dataset, exported, signal);
    throw new JourneyMetricsError(
      'DatasetExpired',
      `${workflowId} comes from a version that did not record where its rows are`,
    );
  }
  if (summary) return openTableExport(store, summary.rollup.table, signal);
  throw new UsageError(`${workflowId} has no rollup: its request says "rollup": "off"`);
}

/** The same rows, and a line that says how far they are read. */
function watched(source: RowExport, format: ExportFormat, show: ((text: string) => void) | undefined): RowExport {
  const passes = format === 'csv' ? ['looked at', 'written'] : ['written'];
  return { rows: source.rows, batches: () => shown(source, passes.shift() ?? 'written', show) };
}

async function* shown(
  source: RowExport,
  says: string,
  show: ((text: string) => void) | undefined,
): AsyncGenerator<RowBatch> {
  let rows = 0;
  for await (const batch of source.batches()) {
    yield batch;
    rows += batch.starts.length;
    show?.(`${countText(rows)} of ${countOf(source.rows, 'row')} ${says}`);
  }
}
