import type { ActivityDependencies } from '../activities/index.js';
import type { Ambient, RunDirectory } from '../ports/index.js';
import type { WorkerConfig } from '../config/config.js';
import { DEFAULT_DESTINATION } from '../config/destinations.js';
import { datasetExpiry } from '../datasets/retention/expiry.js';
import { createRowPipeline } from '../datasets/transform/row-pipeline.js';
import type { Scrubber } from '../observability/log.js';
import { openRecords } from '../records/open-records.js';
import { openDestination } from './destinations.js';
import { createDirectory } from './directory.js';
import { DEFAULT_SOURCE, openSource } from './sources.js';
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
  /** Until everything is open. */
  readonly signal: AbortSignal;
  /** Told, in a sentence, of a lost connection to Postgres. */
  readonly onConnectionLost?: (sentence: string) => void;
}

/** Puts the adapters into the ports, as configuration says; connects to Postgres and brings its schema up to date. */
export async function openDependencies(config: WorkerConfig, world: World): Promise<OpenDependencies> {
  const { ambient, scrubber, runDirectory, version, signal, onConnectionLost = () => undefined } = world;
  const { blobs, datasets, close } = await openCheckedDatasets(config.datasets.place, signal);
  const records = await openRecords({ url: config.databaseUrl, now: () => ambient.now(), signal, onConnectionLost });
  const { org } = config.source;
  const source = openSource(config.source, { ambient, learnSecret: scrubber.learn });
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
        retentionMs: config.datasets.retentionMs,
        now: () => ambient.now(),
      }),
      directory: createDirectory({
        defaultOrg: org,
        orgs: { [org]: { defaultSource: DEFAULT_SOURCE, sources: { [DEFAULT_SOURCE]: source } } },
        defaultDestination: DEFAULT_DESTINATION,
        destinations: Object.fromEntries(destinations),
      }),
      runs: records.runs,
      submissions: records.submissions,
      ledger: records.ledger,
      audit: records.audit,
      scrub: scrubber.scrub,
    },
    async close() {
      close();
      await Promise.all([source.close(), ...destinations.map(([, each]) => each.close()), records.close()]);
    },
  };
}
