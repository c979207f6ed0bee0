import { withDatabase, withDatasets, type OpenDatasets } from '../../composition/stores.js';
import type { RowBatch } from '../../datasets/read/export-rows.js';
import { currentRevisions, SERIES_DIGITS, type CurrentRevision } from '../../records/ledger/current-revisions.js';
import { UsageError } from '../program/errors.js';
import type { ExitCode } from '../program/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { columnsOf, exportRows, type ExportOptions } from './export-rows.js';
import { withIdentity } from './identity-columns.js';
import { chooseWindows, overlapsIn, type SeriesFilter } from './series-windows.js';
import { openWindows, type OpenedWindow } from './window-rows.js';

export interface SeriesOptions extends ExportOptions, SeriesFilter {}

/** `journey-metrics runs export --series`: the current revision of every window of a series, oldest window first. */
export async function exportSeries(terminal: Terminal, options: SeriesOptions): Promise<ExitCode> {
  const { config } = terminal;
  const series = seriesDigits(options.series);
  return exportRows(terminal, options, async (write, signal) => {
    const all = await withDatabase(config.databaseUrl(), async (database, _signal, { present }) =>
      present === 0 ? [] : currentRevisions(database, { series }, signal),
    );
    const chosen = chooseWindows(all, options);
    const overlaps = overlapsIn(chosen.delivered);
    tellWindows(terminal, chosen, overlaps);
    await withDatasets(config.datasets().place, async ({ datasets }) => {
      const windows = await openWindows(terminal, datasets, { ...options, revisions: chosen.delivered }, signal);
      const counts = new Map<CurrentRevision, number>();
      const source = { batches: () => inTurn(datasets, windows, { options, counts, signal }) };
      const { org, destination, report } = windows[0]?.revision ?? {};
      await write({ source, metrics: windows[0]?.metrics ?? [], columns: columnsOf(report) }, () => ({
        series: series.slice(0, SERIES_DIGITS),
        org,
        destination,
        windows: windows.map(({ revision }) => windowListing(revision, counts.get(revision) ?? 0)),
        undelivered: chosen.undelivered.map(({ window }) => window),
        overlaps: overlaps.map(([one, other]) => [one.window.label, other.window.label]),
      }));
    });
  });
}

function seriesDigits(text: string): string {
  const digits = text.toLowerCase();
  if (/^[0-9a-f]{16,64}$/.test(digits)) return digits;
  throw new UsageError(
    `--series ${text} is no series: write its 16 hex digits, as \`journey-metrics windows --json\` has them`,
  );
}

function windowListing(revision: CurrentRevision, rows: number): object {
  const { deliveryId, window, deliveredAt, newest } = revision;
  return { window, deliveryId, revision: revision.revision, newest, deliveredAt, rows };
}

function tellWindows(
  terminal: Terminal,
  { delivered, undelivered, beyond }: ReturnType<typeof chooseWindows>,
  overlaps: ReturnType<typeof overlapsIn>,
): void {
  const say = (text: string): void => {
    terminal.note(`journey-metrics: ${text}`);
  };
  for (const { window } of undelivered) say(`${window.label} (${window.timeZone}) was never delivered and is left out`);
  for (const { window, revision, newest } of delivered) {
    if (newest > revision) say(`${window.label}: revision ${newest} has not arrived; revision ${revision} is written`);
  }
  for (const { window } of beyond) {
    say(`${window.label} reaches beyond --from and --to; all of its rows are written`);
  }
  for (const [one, other] of overlaps) {
    say(`${one.window.label} and ${other.window.label} overlap: rows of the same time are written twice`);
  }
}

interface Reading {
  readonly options: SeriesOptions;
  readonly counts: Map<CurrentRevision, number>;
  readonly signal: AbortSignal;
}

async function* inTurn(
  store: OpenDatasets['datasets'],
  windows: readonly OpenedWindow[],
  { options, counts, signal }: Reading,
): AsyncGenerator<RowBatch> {
  for (const { revision, open } of windows) {
    const rows = await open(store, signal);
    counts.set(revision, 0);
    for await (const batch of (options.withIdentity ? withIdentity(rows, revision) : rows).batches()) {
      yield batch;
      counts.set(revision, (counts.get(revision) ?? 0) + batch.starts.length);
    }
  }
}
