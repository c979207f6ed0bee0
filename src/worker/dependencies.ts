import type { ActivityDependencies } from '../activities/index.js';
import type { Ambient, RunDirectory } from '../activities/ports.js';
import { ConfigError, type WorkerConfig } from '../config.js';
import { DEFAULT_DESTINATION } from '../config/destinations.js';
import { createCxoneSource } from '../cxone/source.js';
import { DatasetUrlError, openDatasetUrl } from '../datasets/open-dataset-url.js';
import { createRowPipeline } from '../datasets/row-pipeline.js';
import { createWebhookSender } from '../delivery/webhook-sender.js';
import type { Scrubber } from '../log.js';
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
  const datasets = storeOf(config.datasetUrl);
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
      await Promise.all([source.close(), sender.close(), records.close()]);
    },
  };
}

function learnSecrets({ source, destinations, databaseUrl }: WorkerConfig, { learn }: Scrubber): void {
  learn(source.clientSecret);
  Object.values(destinations).forEach(({ secrets }) => {
    secrets.forEach(learn);
  });
  if (URL.canParse(databaseUrl)) learn(decodeURIComponent(new URL(databaseUrl).password));
}

function storeOf(url: string): ReturnType<typeof openDatasetUrl> {
  try {
    return openDatasetUrl(url);
  } catch (error) {
    if (error instanceof DatasetUrlError) throw new ConfigError('DATASET_URL', error.message);
    throw error;
  }
}
