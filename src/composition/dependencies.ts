import type { ActivityDependencies } from '../activities/index.js';
import type { Ambient, RunDirectory } from '../ports/index.js';
import type { WorkerConfig } from '../config/config.js';
import { datasetUrlProblem } from '../config/datasets.js';
import { DEFAULT_DESTINATION } from '../config/destinations.js';
import { createCxoneSource } from '../sources/analytics/source.js';
import type { BlobStore } from '../datasets/blobs/blob-store.js';
import { createDatasetStore } from '../datasets/store/dataset-store.js';
import { datasetExpiry } from '../datasets/retention/expiry.js';
import type { DatasetPlace } from '../datasets/blobs/dataset-place.js';
import { openBlobStore } from '../datasets/blobs/open-dataset-url.js';
import { createRowPipeline } from '../datasets/transform/row-pipeline.js';
import { createWebhookSender } from '../destinations/webhook/webhook-sender.js';
import type { Scrubber } from '../observability/log.js';
import { openRecords } from '../records/open-records.js';

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
  learnSecrets(config, scrubber);
  const blobs = await openBlobs(config.datasets.place, signal);
  const datasets = createDatasetStore(blobs);
  const records = await openRecords({ url: config.databaseUrl, now: () => ambient.now(), signal, onConnectionLost });
  const { org, ca, circuitOpenMs, catalogue, ...access } = config.source;
  const source = createCxoneSource({
    orgs: { [org]: access },
    ambient,
    circuit: { openMs: circuitOpenMs },
    onToken: scrubber.learn,
    ...(ca !== undefined && { ca }),
  });
  const sender = createWebhookSender({ destinations: config.destinations, ambient, version });
  const limits = Object.entries(config.destinations).map(([name, { partLimits }]) => [name, partLimits] as const);
  return {
    dependencies: {
      ambient,
      source,
      datasets,
      sender,
      runDirectory,
      pipeline: createRowPipeline(datasets),
      retention: datasetExpiry({
        blobs,
        records: records.retention,
        retentionMs: config.datasets.retentionMs,
        now: () => ambient.now(),
      }),
      directory: {
        catalogue,
        defaultOrg: org,
        orgs: [org],
        defaultDestination: DEFAULT_DESTINATION,
        destinations: Object.fromEntries(limits),
      },
      runs: records.runs,
      submissions: records.submissions,
      ledger: records.ledger,
      audit: records.audit,
      scrub: scrubber.scrub,
    },
    async close() {
      blobs.close();
      await Promise.all([source.close(), sender.close(), records.close()]);
    },
  };
}

function learnSecrets({ source, destinations, databaseUrl, datasets }: WorkerConfig, { learn }: Scrubber): void {
  learn(source.clientSecret);
  Object.values(destinations).forEach(({ secrets }) => {
    secrets.forEach(learn);
  });
  if (URL.canParse(databaseUrl)) learn(decodeURIComponent(new URL(databaseUrl).password));
  const keys = datasets.place.kind === 's3' ? datasets.place.access.credentials : undefined;
  learn(keys?.secretAccessKey ?? '');
  learn(keys?.sessionToken ?? '');
}

/** Opens the dataset store and sees that it can be used. Throws `ConfigError` where it never can be. */
async function openBlobs(place: DatasetPlace, signal: AbortSignal): Promise<BlobStore> {
  const blobs = await openBlobStore(place);
  try {
    await blobs.check(signal);
    return blobs;
  } catch (error) {
    blobs.close();
    throw datasetUrlProblem(error);
  }
}
