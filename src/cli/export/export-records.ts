import { createHash } from 'node:crypto';
import { zoneClocks } from '../../calendar/zone.js';
import type { AggregateResult } from '../../client.js';
import { openSource } from '../../composition/sources.js';
import { withDatasets, type OpenDatasets } from '../../composition/stores.js';
import { JOURNEY_COLUMNS, LEG_COLUMNS } from '../../domain/journeys/record-columns.js';
import { readMadeOf, recordExport } from '../../datasets/read/record-export.js';
import type { JourneyRecord, RecordGrain, RecordsFrom, Source } from '../../ports/index.js';
import { UsageError } from '../program/errors.js';
import { configuredOrgs } from '../sources/named-source.js';
import type { ExitCode } from '../program/exit-code.js';
import { withSession } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';
import { exportRows, type ExportOptions } from './export-rows.js';
import { deliveredBy, endedRun } from './export-run.js';
import { withIdentity } from './identity-columns.js';

export interface RecordOptions extends ExportOptions<RecordGrain> {
  /** Only journeys of this outcome. */
  readonly outcome?: string;
  /** That many of them, chosen by their ids: the same ones each time. */
  readonly sample?: number;
}

/** `journey-metrics runs export <run> --journeys`: what the rows of a run were made of. */
export async function exportRecords(terminal: Terminal, workflowId: string, options: RecordOptions): Promise<ExitCode> {
  return exportRows(terminal, options, async (write, signal) => {
    const { org, result } = await withSession(terminal, ({ client }) => endedRun(client.run(workflowId)));
    const source = await sourceOf(terminal, workflowId, org, result);
    const identity = options.withIdentity ? await deliveredBy(terminal, result) : undefined;
    await withDatasets(terminal.config.datasets().place, async ({ datasets }) => {
      const from = await recordsFrom(datasets, workflowId, result, signal);
      const records = (): AsyncIterable<object> => chosen(source, from, options, signal);
      const { window, journeys } = result;
      const described = { workflowId: result.workflowId, runId: result.runId, window, ...(journeys && { journeys }) };
      const rows = recordExport(records);
      const columns = Object.keys(options.exported === 'legs' ? LEG_COLUMNS : JOURNEY_COLUMNS);
      await write({ source: identity ? withIdentity(rows, identity) : rows, metrics: [], columns }, () => described);
    });
  });
}

type Recording = Source & Required<Pick<Source, 'records'>>;

function hasRecords(source: Source | undefined): source is Recording {
  return source?.records !== undefined;
}

/** The source by which the run made its journeys. Another definition would tell other ones. */
async function sourceOf(
  { config, now, scrubber }: Terminal,
  workflowId: string,
  org: string | null,
  { report, journeys }: AggregateResult,
): Promise<Recording> {
  if (journeys === undefined) {
    throw new UsageError(
      `${workflowId} was read from ${report.source}, which makes no journeys: only a source of kind contacts does`,
    );
  }
  const found = configuredOrgs(config).orgs[org ?? '']?.sources[report.source];
  const source = found && openSource(found, { ambient: { now, random: Math.random }, learnSecret: scrubber.learn });
  await source?.close();
  const name = source?.definition?.name;
  if (hasRecords(source) && name === journeys.definition) return source;
  const known = name === undefined ? 'has no such source' : `has ${name}`;
  throw new UsageError(
    `${workflowId} was made by the definition ${journeys.definition}, and the configuration of ${org ?? 'its organisation'} ${known}`,
  );
}

async function recordsFrom(
  datasets: OpenDatasets['datasets'],
  workflowId: string,
  { dataset, window }: AggregateResult,
  signal: AbortSignal,
): Promise<RecordsFrom> {
  const made = dataset && (await readMadeOf(datasets, dataset, signal));
  if (made === undefined) throw new UsageError(`${workflowId} did not record of which contacts its rows are`);
  const pages: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => datasets.bodies(made.dataset, signal)[Symbol.asyncIterator](),
  };
  return { pages, window, localOf: zoneClocks() };
}

async function* chosen(
  source: Recording,
  from: RecordsFrom,
  { exported, outcome, sample }: RecordOptions,
  signal: AbortSignal,
): AsyncGenerator<object> {
  if (exported === 'legs') {
    yield* source.records('legs', from, signal);
    return;
  }
  const journeys = withOutcome(source.records('journeys', from, signal), outcome);
  if (sample === undefined) yield* journeys;
  else yield* await sampleOf(journeys, sample);
}

async function* withOutcome(
  journeys: AsyncIterable<JourneyRecord>,
  outcome: string | undefined,
): AsyncGenerator<JourneyRecord> {
  for await (const journey of journeys) if (outcome === undefined || journey.outcome === outcome) yield journey;
}

/** Those with the smallest hashes of their ids, in their order. */
async function sampleOf(journeys: AsyncIterable<JourneyRecord>, count: number): Promise<readonly JourneyRecord[]> {
  let kept: { readonly hash: string; readonly place: number; readonly journey: JourneyRecord }[] = [];
  let place = 0;
  for await (const journey of journeys) {
    kept.push({ hash: createHash('sha256').update(journey.rootId).digest('hex'), place: (place += 1), journey });
    if (kept.length >= 2 * count + 1_000) kept = smallest(kept, count);
  }
  return smallest(kept, count)
    .sort((one, other) => one.place - other.place)
    .map(({ journey }) => journey);
}

function smallest<T extends { readonly hash: string }>(of: readonly T[], count: number): T[] {
  return [...of].sort((one, other) => (one.hash < other.hash ? -1 : 1)).slice(0, count);
}
