import type { ActivityDependencies } from '../activities/index.js';
import type { Ambient, RunDirectory } from '../ports/index.js';
import type { WorkerConfig } from '../config/config.js';
import type { OrgsConfig } from '../config/orgs.js';
import type { SourceConfig } from '../config/source.js';
import { DEFAULT_DESTINATION } from '../config/destinations.js';
import { datasetExpiry } from '../datasets/retention/expiry.js';
import { createDaySheets } from '../datasets/store/day-sheets.js';
import { createSentRevisions } from '../datasets/store/sent-revisions.js';
import { createRowPipeline } from '../datasets/transform/row-pipeline.js';
import type { Scrubber } from '../observability/log.js';
import { openRecords } from '../records/open-records.js';
import { openDestination } from './destinations.js';
import { createDirectory } from './directory.js';
import { openSource, turnsByOrg, type OpenSource, type SourceWorld } from './sources.js';
import { openCheckedDatasets } from './stores.js';

export interface OpenDependencies {
  readonly dependencies: ActivityDependencies;
  /** Breaks off what is under way and closes every connection. */
  close(): Promise<void>;
}

export interface World {
  readonly ambient: Ambient;
  readonly scrubber: Scrubber;
  readonly runDirectory: RunDirectory;
  /** Value of `X-Aggregator-Version`. */
  readonly version: string;
  /** `own`: of this process alone. A test needs that whose clock is not that of Postgres. */
  readonly circuit?: 'shared' | 'own';
  /** Until everything is open. */
  readonly signal: AbortSignal;
  /** Told, in a sentence, of a lost connection to Postgres. */
  readonly onConnectionLost?: (sentence: string) => void;
}

/** Puts the adapters into the ports, as configuration says; connects to Postgres and brings its schema up to date. */
export async function openDependencies(config: WorkerConfig, outer: World): Promise<OpenDependencies> {
  const { ambient, scrubber, runDirectory, version, signal, onConnectionLost = () => undefined } = outer;
  const { blobs, datasets, close } = await openCheckedDatasets(config.datasets.place, signal);
  const records = await openRecords({
    url: config.databaseUrl,
    connections: config.databaseConnections,
    now: () => ambient.now(),
    signal,
    onConnectionLost,
  });
  const world: SourceWorld = {
    ambient,
    learnSecret: scrubber.learn,
    sheets: createDaySheets(blobs),
    turnsOf: turnsByOrg(),
    admission: outer.circuit === 'own' ? undefined : (org, limits) => records.admission(org, limits),
  };
  const { defaultOrg, orgs } = openOrgs(config.orgs, (each) => openSource(each, world));
  const destinations = Object.entries(config.destinations).map(
    ([name, each]) => [name, openDestination(each, { ambient, version })] as const,
  );
  return {
    dependencies: {
      ambient,
      datasets,
      runDirectory,
      pipeline: createRowPipeline(datasets),
      retention: datasetExpiry({
        blobs,
        records: records.retention,
        kept: config.datasets,
        now: () => ambient.now(),
      }),
      directory: createDirectory({
        defaultOrg,
        orgs,
        defaultDestination: DEFAULT_DESTINATION,
        destinations: Object.fromEntries(destinations),
      }),
      runs: records.runs,
      submissions: records.submissions,
      gate: records.gate,
      ledger: records.ledger,
      sent: createSentRevisions(blobs),
      audit: records.audit,
      scrub: scrubber.scrub,
    },
    async close() {
      close();
      const sources = Object.values(orgs).flatMap((each) => Object.values(each.sources));
      await Promise.all([
        ...sources.map((each) => each.close()),
        ...destinations.map(([, each]) => each.close()),
        records.close(),
      ]);
    },
  };
}

/** Every organisation as configured, with its sources opened. */
function openOrgs({ defaultOrg, orgs }: OrgsConfig, open: (config: SourceConfig) => OpenSource) {
  const opened = Object.entries(orgs).map(([org, { sources, ...facts }]) => {
    const own = Object.entries(sources).map(([name, source]) => [name, open(source)] as const);
    return [org, { ...facts, sources: Object.fromEntries(own) }] as const;
  });
  return { defaultOrg, orgs: Object.fromEntries(opened) };
}
