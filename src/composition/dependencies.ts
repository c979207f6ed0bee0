import type { ActivityDependencies } from '../activities/index.js';
import type { Ambient, Meter, RunDirectory, ScheduleDirectory } from '../ports/index.js';
import type { Logger } from 'pino';
import type { Changing, WorkerConfig } from '../config/config.js';
import { datasetExpiry } from '../datasets/retention/expiry.js';
import { createDaySheets } from '../datasets/store/day-sheets.js';
import { createSentRevisions } from '../datasets/store/sent-revisions.js';
import { createRowPipeline } from '../datasets/transform/row-pipeline.js';
import type { Scrubber } from '../observability/log.js';
import type { BlobStore } from '../datasets/blobs/blob-store.js';
import { openRecords, type Records } from '../records/open-records.js';
import { liveReceivers } from './alerts.js';
import { openDestination } from './destinations.js';
import { liveDirectory } from './directory/live-directory.js';
import { followFiles, OTHER_DATABASE } from './follow-files.js';
import { createMemory } from './memory.js';
import { keepGauges } from './metrics/keep-gauges.js';
import { meteredAudit } from './metrics/metered-audit.js';
import { meteredDestination } from './metrics/metered-destination.js';
import { meteredSource } from './metrics/metered-source.js';
import { openSource, turnsByOrg, type SourceWorld } from './sources.js';
import { openCheckedDatasets } from './stores.js';

export interface OpenDependencies {
  readonly dependencies: ActivityDependencies;
  /** Each rejects where it does not answer. */
  readonly health: Readonly<Record<'database' | 'store', (signal: AbortSignal) => Promise<unknown>>>;
  /** Keeps the gauges of the records up to date, until the answer is called. */
  keepGauges(): () => void;
  /** Breaks off what is under way and closes every connection. */
  close(): Promise<void>;
}

export interface World {
  readonly ambient: Ambient;
  readonly scrubber: Scrubber;
  readonly runDirectory: RunDirectory;
  readonly scheduleDirectory: ScheduleDirectory;
  /** Value of `X-Aggregator-Version`. */
  readonly version: string;
  /** `own`: of this process alone. A test needs that whose clock is not that of Postgres. */
  readonly circuit?: 'shared' | 'own';
  /** Told of configuration that has changed, or cannot be used. */
  readonly log?: Log;
  /** Gets the figures of the product; absent: nobody. */
  readonly meter?: Meter;
  /** Until everything is open. */
  readonly signal: AbortSignal;
  /** Told, in a sentence, of a lost connection to Postgres. */
  readonly onConnectionLost?: (sentence: string) => void;
}

/** Puts the adapters into the ports, as configuration says; connects to Postgres and brings its schema up to date. */
export async function openDependencies(config: WorkerConfig, outer: World): Promise<OpenDependencies> {
  const { ambient, scrubber, version, signal, onConnectionLost = () => undefined, ...directories } = outer;
  const meter = outer.meter ?? NO_METER;
  const { blobs, datasets, close } = await openCheckedDatasets(config.datasets.place, signal);
  const now = (): number => ambient.now();
  const { databaseUrl: url, databaseConnections: connections } = config;
  const records = await openRecords({ url, connections, now, signal, onConnectionLost });
  const memory = createMemory();
  const world: SourceWorld = {
    ...{ ambient, learnSecret: scrubber.learn, memory: memory.pages, sheets: createDaySheets(blobs) },
    turnsOf: turnsByOrg(),
    admission: outer.circuit === 'own' ? undefined : (org, limits) => records.admission(org, limits),
  };
  const live = liveDirectory(config, openersOf(world, { meter, version, canChange: config.reread !== undefined }));
  const receivers = liveReceivers(config.alerts, { ambient, version });
  const log = outer.log ?? SILENT;
  await records.announce(credentialsOf(config), signal);
  const stopFollowing = follow(config, log, (to) => {
    live.change(to);
    if (!records.follow(to.databaseUrl)) log.error(OTHER_DATABASE);
    receivers.change(to.alerts);
    // For people: where Postgres is away, the next change says it.
    records.announce(credentialsOf(to), new AbortController().signal).catch(() => undefined);
  });
  return {
    dependencies: {
      ambient,
      datasets,
      ...directories,
      ...recordsOf(records),
      memory: memory.turns,
      pipeline: memory.bounded(createRowPipeline(datasets)),
      retention: datasetExpiry({ blobs, records: records.retention, kept: config.datasets, now }),
      directory: live.directory,
      sent: createSentRevisions(blobs),
      audit: meteredAudit(records.audit, meter),
      receivers,
      meter,
      scrub: scrubber.scrub,
    },
    health: healthOf(records, blobs),
    keepGauges: () => keepGauges(meter, records, now),
    async close() {
      close();
      stopFollowing();
      await Promise.all([live.close(), receivers.close(), records.close()]);
    },
  };
}

function recordsOf({ auditLog, ...records }: Records) {
  const { expectations, runs, shapes, submissions, gate, ledger, alerts, coverage } = records;
  const problem = (signal: AbortSignal): ReturnType<typeof auditProblem> => auditProblem(auditLog, signal);
  return { expectations, runs, shapes, submissions, gate, ledger, alerts, coverage, auditProblem: problem };
}

async function auditProblem(
  log: Records['auditLog'],
  signal: AbortSignal,
): Promise<{ readonly seq: number; readonly problem: string } | undefined> {
  const found = await log.verify({}, signal);
  return found.ok ? undefined : { seq: found.seq, problem: found.problem };
}

type Log = Pick<Logger, 'info' | 'error'>;
const NO_METER: Meter = { record: () => undefined };
const SILENT = { info: () => undefined, error: () => undefined };

/** What is opened is metered under the name that configuration gives it. */
function openersOf(
  world: SourceWorld,
  { meter, version, canChange }: { readonly meter: Meter; readonly version: string; readonly canChange: boolean },
): Parameters<typeof liveDirectory>[1] {
  const { ambient } = world;
  const now = (): number => ambient.now();
  return {
    source: (each, name) => meteredSource(openSource(each, world), { meter, org: each.org, source: name }),
    destination: (each, name) => meteredDestination(openDestination(each, { ambient, version }), { meter, name, now }),
    canChange,
  };
}

function credentialsOf({ orgs }: Pick<WorkerConfig, 'orgs'>): Record<string, string> {
  return Object.fromEntries(Object.entries(orgs.orgs).map(([org, { credential }]) => [org, credential]));
}

/** Follows the files that configure the worker. */
function follow({ reread, ...first }: WorkerConfig, log: Log, onChange: (to: Changing) => void): () => void {
  return followFiles<Changing>({
    what: 'the configuration in files',
    ...{ first, reread, log, onChange },
    textOf: ({ orgs, destinations, databaseUrl, alerts }) => JSON.stringify([orgs, destinations, databaseUrl, alerts]),
    facts: ({ orgs, destinations }) => ({
      organisations: Object.keys(orgs.orgs).length,
      destinations: Object.keys(destinations).length,
    }),
  });
}

function healthOf(records: Pick<Records, 'check'>, blobs: Pick<BlobStore, 'noteNames'>): OpenDependencies['health'] {
  return {
    database: (signal) => records.check(signal),
    // Reads one folder that is not there: nothing is written for a probe.
    store: (signal) => blobs.noteNames(`runs/${'0'.repeat(32)}`, 'probe', signal),
  };
}
