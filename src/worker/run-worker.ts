import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Connection } from '@temporalio/client';
import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerDeploymentOptions,
  type WorkerOptions,
} from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities, type ActivityDependencies } from '../activities/index.js';
import { activityInterceptor } from '../activities/interceptor.js';
import type { WorkerConfig } from '../config/config.js';
import type { Versioning } from '../config/versioning.js';
import { packageVersion } from '../config/places.js';
import type { TemporalConfig } from '../config/temporal.js';
import type { Scrubber } from '../observability/log.js';
import { openDependencies, type OpenDependencies } from '../composition/dependencies.js';
import { keepSchedules } from './kept-schedules.js';
import { startProbes, type Probed } from './probes.js';
import { workflowCode } from './workflow-bundle.js';
import { temporalRunDirectory } from '../composition/directory/run-directory.js';
import { temporalScheduleDirectory } from '../composition/directory/schedule-directory.js';
import { requireSearchAttributes } from '../composition/temporal/search-attributes.js';
import { connectTemporal, grpcCodeOf, nativeOptionsOf } from '../composition/temporal/temporal-connection.js';
import { refusalOf } from '../composition/temporal/temporal-refusals.js';
import { reasonOf, runToItsEnd } from './worker-end.js';

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
/** After the grace time: what does not even heed its cancellation is left to its heartbeat timeout. */
const FORCE_AFTER_MS = 2_000;

/** Runs a worker until SIGTERM or Ctrl-C; then takes nothing new, gives what runs its grace time, and returns. */
export async function runWorker(config: WorkerConfig, temporal: TemporalConfig, world: WorkerWorld): Promise<void> {
  const connection = await connectTemporal(temporal, CONNECT_WITHIN_MS, Date.now);
  try {
    await requireSearchAttributes(connection, temporal.namespace);
    const client = new Client({ connection, namespace: temporal.namespace });
    const opened = await open(config, client, world);
    try {
      warnOfUnsigned(config, world.log);
      await keepSchedules(client, config.taskQueue);
      await work(config, temporal, { connection, opened, world });
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
  readonly world: WorkerWorld;
}

/** Everything that could refuse has been asked: from here on the SDK's native part keeps the process alive. */
async function work(
  config: WorkerConfig,
  temporal: TemporalConfig,
  { connection, opened, world }: Opened,
): Promise<void> {
  const { namespace, address } = temporal;
  const failures = installRuntime(world.log);
  const native = await NativeConnection.connect(nativeOptionsOf(temporal)).catch(async (error: unknown) => {
    throw await reasonOf(error, { connection, temporal });
  });
  const worker = await createWorker(config, namespace, { native, opened, world });
  const probes = config.health && (await startProbes(config.health, probedOf(worker, opened)));
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
  await probes?.close();
  world.log.info('worker drained');
  await closed(native.close());
}

function probedOf(worker: Worker, { health }: OpenDependencies): Probed {
  const polling = (): ReturnType<Probed['polling']> => {
    const { runState, workflowPollerState, activityPollerState } = worker.getStatus();
    if ([runState, workflowPollerState, activityPollerState].includes('FAILED')) return 'failed';
    return ['INITIALIZED', 'RUNNING'].includes(runState) ? 'polling' : 'draining';
  };
  return { polling, looks: health, now: Date.now };
}

function open(config: WorkerConfig, client: Client, { scrubber, log }: WorkerWorld): Promise<OpenDependencies> {
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
    log,
    signal,
    onConnectionLost,
  });
}

async function createWorker(
  config: WorkerConfig,
  namespace: string,
  { native, opened, world }: { native: NativeConnection; opened: OpenDependencies; world: WorkerWorld },
): Promise<Worker> {
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
  return Worker.create({ ...options, workflowBundle: options.workflowBundle ?? (await workflowCode()) });
}

function deploymentOf({ behavior, ...version }: Versioning): WorkerDeploymentOptions {
  const defaultVersioningBehavior = behavior === 'pinned' ? 'PINNED' : 'AUTO_UPGRADE';
  return { version, useWorkerVersioning: true, defaultVersioningBehavior };
}

function unchanged<T>(given: T): T {
  return given;
}

/** @returns errors that the SDK has logged since: it keeps the reason of a failed worker to itself */
function installRuntime(log: Logger): readonly unknown[] {
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  const failures: unknown[] = [];
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      if (message === 'Worker failed') failures.push(meta?.['error']);
      log[levels[level]](meta ?? {}, message);
    }),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
  });
  return failures;
}

function warnOfUnsigned({ destinations }: WorkerConfig, log: Logger): void {
  for (const [destination, config] of Object.entries(destinations)) {
    if ('secrets' in config && config.secrets.length === 0)
      log.warn({ destination }, 'deliveries are not signed: set a webhook secret');
  }
}
