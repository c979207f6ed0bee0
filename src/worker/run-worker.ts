import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Connection } from '@temporalio/client';
import { NativeConnection, Runtime, type WorkerDeploymentOptions, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities, type ActivityDependencies } from '../activities/index.js';
import { activityInterceptor } from '../activities/interceptor.js';
import type { WorkerConfig } from '../config/config.js';
import type { Versioning } from '../config/versioning.js';
import { packageVersion } from '../config/places.js';
import { sentenceOf } from '../config/errors.js';
import { apiKeyOf, type TemporalConfig } from '../config/temporal.js';
import type { Scrubber } from '../observability/log.js';
import { openDependencies, type OpenDependencies } from '../composition/dependencies.js';
import { keepSchedules } from './kept-schedules.js';
import { startProbes, type Probed } from './probes.js';
import { installRuntime } from './runtime.js';
import { createSdkMeter, type SdkMeter } from './sdk-meter.js';
import { workflowCode } from './workflow-bundle.js';
import { temporalRunDirectory } from '../composition/directory/run-directory.js';
import { temporalScheduleDirectory } from '../composition/directory/schedule-directory.js';
import { requireSearchAttributes } from '../composition/temporal/search-attributes.js';
import { connectTemporal, grpcCodeOf, nativeOptionsOf } from '../composition/temporal/temporal-connection.js';
import { refusalOf } from '../composition/temporal/temporal-refusals.js';
import { reasonOf, runToItsEnd } from './worker-end.js';
import { createWorkers, hasFailed, type Workers } from './workers.js';

export interface WorkerWorld {
  readonly log: Logger;
  readonly scrubber: Scrubber;
  /** Called once runs are taken. */
  readonly onReady: () => void;
  /** Resolves at SIGTERM or Ctrl-C. The SDK hears them, too, and drains; this is to see that it ends. */
  readonly untilTold?: () => Promise<void>;
  /** What an embedding program puts around it; `worker.ts` puts nothing. */
  readonly around?: WorkerHooks;
}

/** The one seam through which a worker can be watched, or struck, from outside: it gets what there is and gives back what to use. */
export interface WorkerHooks {
  readonly dependencies?: (dependencies: ActivityDependencies) => ActivityDependencies;
  /** A `workflowBundle` among the options saves making one. */
  readonly worker?: (options: WorkerOptions) => WorkerOptions;
}

const START_DEADLINE_MS = 150_000;
const CONNECT_WITHIN_MS = 10_000;
/** For the SDK to tell Temporal that it goes, and for connections to end. */
const CLOSE_WITHIN_MS = 3_000;
const KEY_LOOK_MS = 1_000;
/** After the grace time: what does not even heed its cancellation is left to its heartbeat timeout. */
const FORCE_AFTER_MS = 2_000;

/** Runs a worker until SIGTERM or Ctrl-C; then takes nothing new, gives what runs its grace time, and returns. */
export async function runWorker(config: WorkerConfig, temporal: TemporalConfig, world: WorkerWorld): Promise<void> {
  const connection = await connectTemporal(temporal, CONNECT_WITHIN_MS, Date.now);
  try {
    await requireSearchAttributes(connection, temporal.namespace);
    const client = new Client({ connection, namespace: temporal.namespace });
    const meter = createSdkMeter();
    const opened = await open(config, { client, meter }, world);
    try {
      warnOfUnsigned(config, world.log);
      await keepSchedules(client, config.taskQueue);
      await work(config, temporal, { connection, opened, meter, world });
    } finally {
      await closed(opened.close());
    }
  } catch (error) {
    // Also what is refused in one place only: a key that may read, and may make no schedule.
    throw refusalOf(grpcCodeOf(error), temporal) ?? error;
  } finally {
    await closed(connection.close());
  }
}

/** What a failed worker still holds would never be given back. */
async function closed(closing: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([closing, sleep(CLOSE_WITHIN_MS, undefined, { signal: over.signal })]);
  over.abort();
}

/** What work needs beside configuration. */
interface Opened {
  readonly connection: Connection;
  readonly opened: OpenDependencies;
  readonly meter: SdkMeter;
  readonly world: WorkerWorld;
}

/** Everything that could refuse has been asked: from here on the SDK's native part keeps the process alive. */
async function work(
  config: WorkerConfig,
  temporal: TemporalConfig,
  { connection, opened, meter, world }: Opened,
): Promise<void> {
  const { namespace, address } = temporal;
  const failures = await installRuntime(world.log, config.metrics);
  meter.attach(Runtime.instance().metricMeter);
  const native = await NativeConnection.connect(nativeOptionsOf(temporal)).catch(async (error: unknown) => {
    throw await reasonOf(error, { connection, temporal });
  });
  const worker = await openWorkers(config, namespace, { native, opened, world });
  const stopKey = keepKey(native, temporal, world.log);
  const probes = config.health && (await startProbes(config.health, probedOf(worker, opened)));
  const stopGauges = config.metrics ? opened.keepGauges() : undefined;
  const places = { namespace, taskQueue: config.taskQueue, address, ...(probes && { probes: probes.url }) };
  world.log.info(places, 'worker ready');
  world.onReady();
  await runToItsEnd(worker, {
    temporal,
    connection,
    failures,
    stopWithinMs: config.shutdownGraceMs + FORCE_AFTER_MS + CLOSE_WITHIN_MS,
    untilTold: world.untilTold ?? (() => new Promise<never>(() => undefined)),
  });
  stopGauges?.();
  stopKey();
  await probes?.close();
  world.log.info('worker drained');
  await closed(native.close());
}

/** The worker's own client knows a key as text alone: it is told of another one. */
function keepKey(native: NativeConnection, temporal: TemporalConfig, log: Logger): () => void {
  let known = apiKeyOf(temporal);
  const timer = setInterval(() => {
    const key = apiKeyOf(temporal);
    if (key === undefined || key === known) return;
    known = key;
    log.info('TEMPORAL_API_KEY has changed and was read again');
    native.setApiKey(key).catch((error: unknown) => {
      log.error({ reason: sentenceOf(error) }, 'TEMPORAL_API_KEY was not taken up');
    });
  }, KEY_LOOK_MS).unref();
  return () => {
    clearInterval(timer);
  };
}

function probedOf(worker: Workers, { health }: OpenDependencies): Probed {
  const polling = (): ReturnType<Probed['polling']> => {
    const status = worker.getStatus();
    if (hasFailed(status)) return 'failed';
    return ['INITIALIZED', 'RUNNING'].includes(status.runState) ? 'polling' : 'draining';
  };
  return { polling, looks: health, now: Date.now };
}

function open(
  config: WorkerConfig,
  { client, meter }: { readonly client: Client; readonly meter: SdkMeter },
  { scrubber, log }: WorkerWorld,
): Promise<OpenDependencies> {
  const ambient = { now: Date.now, random: Math.random };
  const runDirectory = temporalRunDirectory(client, config.taskQueue, ambient.now);
  const scheduleDirectory = temporalScheduleDirectory(client, config.taskQueue);
  const signal = AbortSignal.timeout(START_DEADLINE_MS);
  const onConnectionLost = (sentence: string): void => {
    log.warn(sentence);
  };
  return openDependencies(config, {
    ambient,
    scrubber,
    runDirectory,
    scheduleDirectory,
    version: packageVersion(),
    meter,
    log,
    signal,
    onConnectionLost,
  });
}

async function openWorkers(
  config: WorkerConfig,
  namespace: string,
  { native, opened, world }: { native: NativeConnection; opened: OpenDependencies; world: WorkerWorld },
): Promise<Workers> {
  const { scrub } = world.scrubber;
  const { dependencies = unchanged, worker = unchanged } = world.around ?? {};
  const options = worker({
    connection: native,
    namespace,
    taskQueue: config.taskQueue,
    identity: `journey-metrics/${packageVersion()} ${process.pid}@${hostname()}`,
    activities: createActivities(dependencies(opened.dependencies)),
    interceptors: { activity: [activityInterceptor({ random: Math.random, scrub })] },
    maxConcurrentActivityTaskExecutions: config.maxActivities,
    maxCachedWorkflows: config.maxCachedWorkflows,
    stickyQueueScheduleToStartTimeout: config.stickyTimeoutMs,
    shutdownGraceTime: config.shutdownGraceMs,
    shutdownForceTime: config.shutdownGraceMs + FORCE_AFTER_MS,
    ...(config.versioning && { workerDeploymentOptions: deploymentOf(config.versioning) }),
  });
  const workflowBundle = options.workflowBundle ?? (await workflowCode());
  return createWorkers({ ...options, workflowBundle, taskQueue: config.taskQueue }, config.maxTransfers);
}

function deploymentOf({ behavior, ...version }: Versioning): WorkerDeploymentOptions {
  const defaultVersioningBehavior = behavior === 'pinned' ? 'PINNED' : 'AUTO_UPGRADE';
  return { version, useWorkerVersioning: true, defaultVersioningBehavior };
}

function unchanged<T>(given: T): T {
  return given;
}

function warnOfUnsigned({ destinations }: WorkerConfig, log: Logger): void {
  for (const [destination, config] of Object.entries(destinations)) {
    if ('secrets' in config && config.secrets.length === 0)
      log.warn({ destination }, 'deliveries are not signed: set a webhook secret');
  }
}
