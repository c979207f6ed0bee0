import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { NativeConnection, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import pg from 'pg';
import { runSimulator, type RunningSimulator, type RunSimulatorOptions } from '../../simulator/main.js';
import { DEFAULT_TENANT } from '../../simulator/cxone/credentials.js';
import { createActivities, type ActivityDependencies } from '../../src/activities/index.js';
import { activityInterceptor } from '../../src/activities/interceptor.js';
import { createJourneyMetricsClient, type JourneyMetricsClient } from '../../src/client.js';
import { readConfig } from '../../src/config/config.js';
import type { Env } from '../../src/config/environment.js';
import type { AggregateRequest } from '../../src/contract/request/request.js';
import { createScrubber } from '../../src/observability/log.js';
import { openRecords, type Records } from '../../src/records/open-records.js';
import { openDependencies } from '../../src/composition/dependencies.js';
import { temporalRunDirectory } from '../../src/composition/run-directory.js';
import { startStack, type Stack } from '../../stack/stack.js';
import { recordedHistory, replay, type RecordedHistory } from './workflow/history-chain.js';
import { buildWorkflowBundle, quietRuntime } from './workflow/workflow-bundle.js';

/** Real servers for one test file: a Temporal dev server and a Postgres, in a home of their own. */
export interface Suite {
  readonly stack: Stack;
  readonly bundle: WorkflowBundleWithSourceMap;
  readonly connection: Connection;
  /** Open from first to last: with the last one to close, the SDK's native part shuts down, and it is needed for replay. */
  readonly native: NativeConnection;
  /** A product of its own for one test: simulator, receiver, database, task queue, datasets. */
  product(options?: ProductOptions): Promise<Product>;
  stop(): Promise<void>;
}

export interface ProductOptions {
  readonly simulator?: RunSimulatorOptions;
  /** Over what points the worker to the simulator. */
  readonly env?: Env;
  /** False: the test starts worker processes of its own. */
  readonly worker?: boolean;
  /** Of worker and client alike. Replay knows nothing of it: stop the suite, not the product. */
  readonly dataConverter?: DataConverter;
  /** Comes between the worker's activities and what they need of the world. */
  readonly between?: (dependencies: ActivityDependencies) => ActivityDependencies;
}

export interface Product {
  readonly simulator: RunningSimulator;
  readonly client: JourneyMetricsClient;
  readonly temporal: Client;
  readonly records: Records;
  /** What a worker or CLI process needs to be part of this product. */
  readonly env: Env;
  readonly home: string;
  /** A week of daily rows, unless said otherwise. */
  request(change?: Partial<AggregateRequest>): AggregateRequest;
  histories(): Promise<readonly RecordedHistory[]>;
  /** Replays every execution of this product against the bundle, then stops. */
  stop(): Promise<void>;
}

type Servers = Omit<Suite, 'product' | 'stop'>;
type OpenProduct = Product & { abandon(): Promise<void> };

export async function startSuite(options: { dynamicConfig?: readonly string[] } = {}): Promise<Suite> {
  quietRuntime();
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-suite-'));
  const stack = await startStack({ home, ui: false, ...options });
  const bundle = await buildWorkflowBundle();
  const connection = await Connection.connect({ address: address(stack) });
  const native = await NativeConnection.connect({ address: address(stack) });
  const products: OpenProduct[] = [];
  return {
    stack,
    bundle,
    connection,
    native,
    async product(productOptions = {}) {
      const product = await startProduct({ stack, bundle, connection, native }, productOptions);
      products.push(product);
      return product;
    },
    async stop() {
      // Of tests that failed half-way: else their workers would keep the process alive.
      for (const product of products) await product.abandon();
      await native.close();
      await connection.close();
      await stack.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export function address({ temporal }: Stack): string {
  if (temporal === undefined) throw new Error('this stack has no Temporal');
  return temporal.address;
}

async function startProduct(servers: Servers, options: ProductOptions): Promise<OpenProduct> {
  const id = randomUUID().slice(0, 8);
  const org = `org-${id}`;
  const simulator = await runSimulator({
    ...options.simulator,
    cxone: { tenants: [{ ...DEFAULT_TENANT, org }], ...options.simulator?.cxone },
  });
  try {
    return await completeProduct(servers, options, { id, org, simulator });
  } catch (error) {
    await simulator.stop();
    throw error;
  }
}

async function completeProduct(
  suite: Servers,
  options: ProductOptions,
  { id, org, simulator }: { id: string; org: string; simulator: RunningSimulator },
): Promise<OpenProduct> {
  const taskQueue = `queue-${id}`;
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-product-'));
  const temporalAddress = address(suite.stack);
  const env = {
    ...simulator.environment,
    CXONE_ORG_ID: org,
    DATABASE_URL: await createDatabase(suite.stack, `journey_${id}`),
    DATASET_URL: pathToFileURL(join(home, 'datasets')).href,
    JOURNEY_METRICS_HOME: home,
    TASK_QUEUE: taskQueue,
    TEMPORAL_ADDRESS: temporalAddress,
    ...options.env,
  };
  const converter = options.dataConverter && { dataConverter: options.dataConverter };
  const temporal = new Client({ connection: suite.connection, ...converter });
  const worker = options.worker === false ? undefined : await startWorker(suite, temporal, env, options);
  const records = await openRecords({ url: env.DATABASE_URL, now: Date.now, signal: AbortSignal.timeout(60_000) });
  const client = createJourneyMetricsClient({
    connection: { address: temporalAddress },
    taskQueue,
    org,
    requester: 'test',
    ...converter,
  });
  const histories = async (): Promise<RecordedHistory[]> => {
    const recorded: RecordedHistory[] = [];
    for await (const { workflowId, runId } of temporal.workflow.list({ query: `TaskQueue = '${taskQueue}'` })) {
      recorded.push(await recordedHistory(temporal, workflowId, runId));
    }
    return recorded;
  };
  let open = true;
  const abandon = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await worker?.stop();
    await Promise.all([client.close(), records.close(), simulator.stop()]);
    await rm(home, { recursive: true, force: true });
  };
  return {
    simulator,
    client,
    temporal,
    records,
    env,
    home,
    request: (change) => ({ org, ...WEEK, ...change }),
    histories,
    abandon,
    async stop() {
      const recorded = await histories();
      await abandon();
      await replay(suite.bundle, recorded);
    },
  };
}

const WEEK: AggregateRequest = {
  query: {
    metric: ['journeyCompletionRate', 'journeyDropOffRate'],
    dimension: ['journeyId'],
    dateFrom: '2026-11-01',
    dateTo: '2026-11-08',
  },
};

async function startWorker(
  { native, bundle }: Pick<Suite, 'native' | 'bundle'>,
  temporal: Client,
  env: Env,
  { between = (dependencies) => dependencies, dataConverter }: Pick<ProductOptions, 'between' | 'dataConverter'>,
): Promise<{ stop(): Promise<void> }> {
  const scrubber = createScrubber();
  const config = readConfig(env, scrubber.learn).worker();
  const ambient = { now: Date.now, random: Math.random };
  const runDirectory = temporalRunDirectory(temporal, config.taskQueue, ambient.now);
  const signal = AbortSignal.timeout(60_000);
  const opened = await openDependencies(config, { ambient, scrubber, runDirectory, version: 'test', signal });
  const worker = await Worker.create({
    connection: native,
    taskQueue: config.taskQueue,
    workflowBundle: bundle,
    ...(dataConverter && { dataConverter }),
    activities: createActivities(between(opened.dependencies)),
    interceptors: { activity: [activityInterceptor({ random: Math.random, scrub: scrubber.scrub })] },
    workflowFailureErrorTypes: { '*': ['Error'] },
    shutdownForceTime: '10 seconds',
  });
  const running = worker.run();
  return {
    async stop() {
      worker.shutdown();
      await running;
      await opened.close();
    },
  };
}

/** @returns URL of a new, empty database */
export async function createDatabase({ database }: Stack, name: string): Promise<string> {
  if (database === undefined) throw new Error('this stack has no Postgres');
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = new URL(database.url);
  url.pathname = `/${name}`;
  return url.href;
}
