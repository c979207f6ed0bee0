import { canonicalJson } from '../../contract/values/json.js';
import { partIdOf } from '../../contract/values/ids.js';
import { rowsNoteSchema, type RowsNote } from '../../contract/result/rows-note.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import type {
  ConstantColumn,
  DatasetStore,
  Directory,
  LedgerPart,
  LedgerRevision,
  MemoryTurns,
  PartAnswer,
  RowDestination,
  RowPipeline,
  RowTable,
  RunRecords,
  SeenRevision,
} from '../../ports/index.js';
import { headerOf, wholeReport, type PayloadSubject } from '../aggregate/store-payloads.js';
import { recordsOfRun } from '../aggregate/run-records.js';
import { dateReading } from './date-reading.js';
import { recordTable } from './record-table.js';

interface Deps {
  readonly datasets: Pick<DatasetStore, 'get' | 'put' | 'bodies'>;
  readonly pipeline: Pick<RowPipeline, 'table' | 'madeOf'>;
  readonly memory: Pick<MemoryTurns, 'asTaken'>;
}

/**
 * Fixes which rows a revision has, for a destination that takes rows: not their bytes, which it makes itself, but what names
 * them and what was found in them.
 */
export async function storeRowsNote(
  { datasets, runs }: Pick<Deps, 'datasets'> & { readonly runs: Pick<RunRecords, 'reportOf'> },
  subject: PayloadSubject,
  revision: number,
  signal: AbortSignal,
): Promise<readonly Omit<LedgerPart, 'deliveredAt'>[]> {
  const { deliveryId } = subject.plan;
  const report = await wholeReport(runs, subject.plan, signal);
  const { parts: _parts, ...header } = headerOf(subject, revision, report);
  const { grain } = subject.plan;
  const note: RowsNote = {
    ...{ version: 1, kind: 'rows', header, output: subject.output.manifest },
    ...(grain && { grain }),
  };
  const body = await datasets.put(`deliveries/${deliveryId}`, Buffer.from(canonicalJson(note)), signal);
  return [{ part: 0, partId: partIdOf(deliveryId, revision, 0), body, rows: header.rows.delivered }];
}

/** Hands the rows of a revision to their destination. */
export async function writeRows(
  {
    datasets,
    pipeline,
    memory,
    directory,
    destination,
  }: Deps & { readonly directory: Directory; readonly destination: RowDestination },
  revision: LedgerRevision,
  body: BlobRef,
  signal: AbortSignal,
): Promise<PartAnswer> {
  const note = noteIn(await datasets.get(body, signal));
  const { header } = note;
  const { journeys } = header;
  const seenNow = seenOf(revision, header);
  const { batches, ...table } = await tableOf({ datasets, pipeline, directory }, note, signal);
  const { rows, completeness, outliers, sampling, quality } = header;
  const found = { rows, completeness, outliers, sampling, quality, ...(journeys && { journeys }) };
  const { contentHash, queryId } = revision;
  const constants = identityColumns(seenNow);
  return destination.write(
    { ...seenNow, contentHash, queryId, found, table: { ...table, constants, batches: memory.asTaken(batches) } },
    signal,
  );
}

/** The rows of the report, or the journeys or contacts that they were made of. */
async function tableOf(
  deps: Omit<Deps, 'memory'> & { readonly directory: Directory },
  { header, output, grain }: RowsNote,
  signal: AbortSignal,
): Promise<Omit<RowTable, 'constants'>> {
  const { report, journeys, org, window, rows } = header;
  if (grain === undefined) {
    return deps.pipeline.table(output, { ...dateReading(report), labelled: journeys !== undefined }, signal);
  }
  const { source } = report;
  const dataset = await deps.pipeline.madeOf(output, signal);
  return recordTable(grain, rows.delivered, (bound) => {
    const found = dataset && recordsOfRun(deps, grain, { org, source, dataset, window }, bound);
    if (!found) throw new Error(`the source ${source} has no ${grain} any more`);
    return found;
  });
}

/** Tells the destination that a later run has read what is there. Whether it hears of it changes nothing for the run. */
export async function seen(
  { datasets, directory }: Pick<Deps, 'datasets'> & Pick<SeenDeps, 'directory'>,
  revision: LedgerRevision,
  subject: Pick<PayloadSubject, 'output' | 'timestamp'>,
  signal: AbortSignal,
): Promise<void> {
  const destination = directory.destination(revision.org, revision.destination);
  const note = revision.parts?.[0]?.body;
  if (destination?.takes !== 'rows' || note === undefined) return;
  const { header } = noteIn(await datasets.get(note, signal));
  const { completeness, journeys } = subject.output;
  const read = { ...header, completeness, timestamp: subject.timestamp, ...(journeys && { journeys }) };
  await destination.seen(seenOf(revision, read), signal);
}

interface SeenDeps {
  readonly directory: {
    destination(org: string, name: string): RowDestination | { readonly takes?: 'parts' } | undefined;
  };
}

function noteIn(bytes: Uint8Array): RowsNote {
  return rowsNoteSchema.parse(JSON.parse(Buffer.from(bytes).toString()));
}

type Read = Pick<RowsNote['header'], 'series' | 'report' | 'timestamp' | 'completeness' | 'journeys' | 'rows'>;

function seenOf({ deliveryId, revision, org, window, claimedBy, claimedAt }: LedgerRevision, read: Read): SeenRevision {
  const { series, report, timestamp: readAt, completeness, journeys, rows } = read;
  const hasEnded = Date.parse(window.to) <= Date.parse(readAt);
  return {
    ...{ deliveryId, revision, org, series, report, window, runKey: claimedBy, claimedAt, readAt },
    complete: completeness.missingCount === 0,
    final: hasEnded && journeys?.state !== 'provisional',
    rows: rows.delivered,
  };
}

/** The columns by which rows can be told apart, whatever else is beside them. */
function identityColumns(revision: SeenRevision): readonly ConstantColumn[] {
  const { deliveryId, org, report, series, window, runKey, claimedAt } = revision;
  const text = (name: string, value: string | null): ConstantColumn => ({ name, type: 'text', value });
  const instant = (name: string, value: string): ConstantColumn => ({
    name,
    type: 'instant',
    value: Date.parse(value),
  });
  return [
    text('_delivery_id', deliveryId),
    { name: '_revision', type: 'integer', value: revision.revision },
    text('_org', org),
    text('_source', report.source),
    text('_series', series),
    text('_definition', report.definition ?? null),
    instant('_window_from', window.from),
    instant('_window_to', window.to),
    text('_time_zone', window.timeZone),
    text('_run_key', runKey),
    instant('_delivered_at', claimedAt),
  ];
}
