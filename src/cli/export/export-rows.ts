import type { AggregateResult } from '../../client.js';
import type { EXPORT_FORMATS, RowForm } from '../../contract/row-choice.js';
import type { ExportedRows, RowBatch, RowExport } from '../../datasets/read/export-rows.js';
import { RowNotes, rowsText } from '../../datasets/read/read-rows.js';
import { flatGroups } from '../../datasets/read/row-shapes.js';
import type { RecordGrain } from '../../ports/index.js';
import { countOf, countText } from '../../text/number-text.js';
import { UsageError } from '../program/errors.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { waitUnlessStopped, WaitStopped } from '../program/waiting.js';
import { startLiveLine } from '../terminal/live-line.js';
import type { Terminal } from '../terminal/terminal.js';
import { parquetOf } from './export-parquet.js';
import { manifestOf, writeExport, type WrittenBytes } from './export-file.js';
import { goesToStdout } from './output-file.js';
import { outputPlace } from './output-place.js';
import { ReaderGone } from './output.js';

type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What of a run is written: its rows, or the table of its rollup. */
export type Exported = ExportedRows | 'rollup';

export interface ExportOptions<What extends Exported | RecordGrain = Exported> extends Omit<RowForm, 'format'> {
  readonly format: ExportFormat;
  readonly out: string;
  readonly exported: What;
  /** Rows get columns that say of which delivery and window they are. */
  readonly withIdentity: boolean;
  readonly json: boolean;
}

/** What stands beside an exported file, of one run or of many. */
type RowsManifest = WrittenBytes & {
  readonly format: ExportFormat;
  readonly exported: Exported | RecordGrain;
  readonly rows: number;
  /** Of a CSV, in their order. */
  readonly columns?: readonly string[];
  /** Rows with a NUL or half of a surrogate pair in a text; absent for zero. */
  readonly unstorable?: number;
  /** With `--typed`: values of metrics that are a text and no number; absent for zero. */
  readonly texts?: number;
};

interface OpenedRows {
  readonly source: Pick<RowExport, 'batches'>;
  readonly metrics: readonly string[];
  /** Of a file without rows. */
  readonly columns: readonly string[];
}

/** What a row has, where there is none to look at: the date, the dimensions and the metrics that were asked for. */
export function columnsOf(
  report: Pick<AggregateResult['report'], 'dimensions' | 'metrics'> | null | undefined,
): readonly string[] {
  return report ? ['date', ...report.dimensions, ...report.metrics] : [];
}

/** Metrics that were asked for: verification counts the nulls of each. */
export function metricsIn({ quality }: Pick<AggregateResult, 'quality'>): readonly string[] {
  return Object.keys(quality.nulls);
}

/**
 * Writes rows to where `--out` says and tells about it.
 * @param work opens the rows and calls `write` while they are open
 * @param describe what a manifest says besides, once all is written
 */
export async function exportRows(
  terminal: Terminal,
  options: ExportOptions<Exported | RecordGrain>,
  work: (write: (opened: OpenedRows, describe: () => object) => Promise<void>, signal: AbortSignal) => Promise<void>,
): Promise<ExitCode> {
  const { out, json } = options;
  checkForm(options);
  const toStdout = await goesToStdout(out, json);
  try {
    await waitUnlessStopped(undefined, (signal) =>
      work(async (opened, describe) => {
        const manifest = await writeRows(terminal, options, { opened, describe, signal });
        await tell(terminal, { manifest, out, json, toStdout });
      }, signal),
    );
    return EXIT.done;
  } catch (error) {
    if (error instanceof ReaderGone) return EXIT.done;
    if (!(error instanceof WaitStopped)) throw error;
    terminal.note(`journey-metrics: interrupted; ${out} is not complete`);
    return EXIT.interrupted;
  }
}

function checkForm({ format, guardFormulas, bom, separator }: ExportOptions<Exported | RecordGrain>): void {
  if (format === 'csv') return;
  const csvOnly = [guardFormulas && '--guard-formulas', bom && '--bom', separator !== 'comma' && '--separator'];
  const [first] = csvOnly.filter((name) => name !== false);
  if (first !== undefined) throw new UsageError(`${first} is for a CSV: add --format csv`);
}

interface Told {
  readonly manifest: RowsManifest;
  readonly out: string;
  readonly json: boolean;
  readonly toStdout: boolean;
}

async function tell(terminal: Terminal, { manifest, out, json, toStdout }: Told): Promise<void> {
  const { rows, unstorable, texts, format } = manifest;
  if (unstorable !== undefined) {
    const how = format === 'csv' ? 'written as U+FFFD' : 'written as the escapes that the source sent';
    terminal.note(`${countOf(unstorable, 'row')} with a NUL character or half of a surrogate pair, ${how}`);
  }
  if (texts !== undefined) {
    terminal.note(`${countOf(texts, 'value')} of metrics that are a text and no number, left as they are`);
  }
  if (json) {
    terminal.printJson(manifest);
    return;
  }
  const isFile = (await outputPlace(out)).kind === 'file';
  const said = `${countOf(rows, 'row')} in ${out}${isFile ? `, described by ${manifestOf(out)}` : ''}`;
  if (toStdout) terminal.note(`${countOf(rows, 'row')} written`);
  else terminal.print(said);
}

interface Writing {
  readonly opened: OpenedRows;
  readonly describe: () => object;
  readonly signal: AbortSignal;
}

async function writeRows(
  { stderr, stdout, config }: Terminal,
  options: ExportOptions<Exported | RecordGrain>,
  { opened: { source, metrics, columns }, describe, signal }: Writing,
): Promise<RowsManifest> {
  const { format, exported, out } = options;
  const line = stderr.isTTY ? startLiveLine(stderr, config.colours()) : undefined;
  const notes = new RowNotes();
  const counted = new CountedRows(source, format, exported === 'rollup' && format !== 'ndjson', line?.show);
  try {
    const chunks =
      format === 'parquet'
        ? parquetOf(counted, { metrics, columns }, signal)
        : rowsText(counted, { ...options, format, metrics, columns }, notes);
    const described = (written: WrittenBytes): RowsManifest => ({
      rows: counted.rows,
      ...written,
      format,
      exported,
      ...describe(),
      ...(format === 'csv' && { columns: notes.columns.keys }),
      ...(notes.unstorable > 0 && { unstorable: notes.unstorable }),
      ...(notes.texts > 0 && { texts: notes.texts }),
    });
    return await writeExport(out, { chunks, describe: described }, { stdout, stderr }, signal);
  } finally {
    line?.stop();
  }
}

/** The same rows, counted as they go by, and a line that says how far they are read. */
class CountedRows implements RowExport {
  rows = 0;
  readonly #passes: string[];

  constructor(
    private readonly source: Pick<RowExport, 'batches'>,
    format: ExportFormat,
    private readonly flat: boolean,
    private readonly show: ((text: string) => void) | undefined,
  ) {
    this.#passes = format !== 'ndjson' ? ['looked at', 'written'] : ['written'];
  }

  async *batches(): AsyncGenerator<RowBatch> {
    const says = this.#passes.shift() ?? 'written';
    this.rows = 0;
    for await (const batch of this.source.batches()) {
      yield this.flat ? flatGroups(batch) : batch;
      this.rows += batch.starts.length;
      this.show?.(`${countText(this.rows)} rows ${says}`);
    }
  }
}
