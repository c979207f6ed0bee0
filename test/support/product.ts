import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { runSimulator, type RunningSimulator, type RunSimulatorOptions } from '../../simulator/main.js';
import { DEFAULT_TENANT } from '../../simulator/cxone/credentials.js';
import { createJourneyMetricsClient, type JourneyMetricsClient } from '../../src/client.js';
import type { Env } from '../../src/config/environment.js';
import type { AggregateRequest } from '../../src/contract/request/request.js';
import { readingAnyMemo } from '../../src/client/payloads.js';
import { openRecords, type Records } from '../../src/records/open-records.js';
import { startStack, type Stack, type StackOptions } from '../../stack/stack.js';
import { createDatabase, QUICK_POSTGRES } from './records/databases.js';
import { sharedServers, type SharedServers } from './shared-servers.js';
import { waitingFor } from './waits.js';
import { startWorker, type OwnWorkerOptions } from './own-worker.js';
import { recordedHistory, replay, type RecordedHistory } from './workflow/history-chain.js';
import { openRuns } from './workflow/open-runs.js';
import { quietRuntime, workflowBundle } from './workflow/workflow-bundle.js';

/** Real servers for one test file: a Temporal dev server and a Postgres. */
export interface Suite {
  readonly servers: Servers;
  readonly bundle: WorkflowBundleWithSourceMap;
  readonly connection: Connection;
  /** Open from first to last: with the last one to close, the SDK's native part shuts down, and it is needed for replay. */
  readonly native: NativeConnection;
  /** A product of its own for one test: simulator, receiver, database, task queue, datasets. */
  product(options?: ProductOptions): Promise<Product>;
  stop(): Promise<void>;
}

export interface ProductOptions extends OwnWorkerOptions {
  readonly simulator?: RunSimulatorOptions;
  /** Over what points the worker to the simulator. */
  readonly env?: Env;
  /** False: the test starts worker processes of its own. */
  readonly worker?: boolean;
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
  readonly request: (change?: Partial<AggregateRequest>) => AggregateRequest;
  histories(): Promise<readonly RecordedHistory[]>;
  /** Replays every execution of this product against the bundle, then stops. */
  stop(): Promise<void>;
}

/** The little that there is to know of servers that others use, too. */
export type Servers = Pick<SharedServers, 'temporalAddress' | 'databaseUrl' | 'templateDatabase'>;

/** A suite whose servers nobody else uses: they may be killed. */
export interface OwnSuite extends Suite {
  readonly stack: Stack;
}

export interface OwnServers extends Pick<StackOptions, 'dynamicConfig' | 'inMemory' | 'postgresSettings'> {
  /** Why the shared ones do not do. */
  readonly ownServers: string;
}

type Connected = Omit<Suite, 'product' | 'stop'>;
type OpenProduct = Product & { abandon(): Promise<void> };

/** On the servers of the test run, where there are some; else, or for a reason, on servers of this file's own. */
export async function startSuite(): Promise<Suite>;
export async function startSuite(own: OwnServers): Promise<OwnSuite>;
export async function startSuite(own?: OwnServers): Promise<Suite> {
  const shared = own === undefined ? sharedServers() : undefined;
  if (shared !== undefined) return connectSuite(shared, () => Promise.resolve());
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-suite-'));
  const { ownServers: _, ...options } = own ?? { ownServers: 'there is no test run', inMemory: true };
  const stack = await startStack({ home, ui: false, postgresSettings: QUICK_POSTGRES, ...options });
  const suite = await connectSuite(serversOf(stack), async () => {
    await stack.stop();
    await rm(home, { recursive: true, force: true });
  });
  return Object.assign(suite, { stack });
}

function serversOf({ temporal, database }: Stack): Servers {
  if (temporal === undefined || database === undefined) throw new Error('a stack has both servers');
  return { temporalAddress: temporal.address, databaseUrl: database.url, templateDatabase: 'template1' };
}

async function connectSuite(servers: Servers, stopServers: () => Promise<void>): Promise<Suite> {
  quietRuntime();
  const bundle = await workflowBundle();
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const native = await NativeConnection.connect({ address: servers.temporalAddress });
  const products: OpenProduct[] = [];
  return {
    servers,
    bundle,
    connection,
    native,
    async product(productOptions = {}) {
      const product = await startProduct({ servers, bundle, connection, native }, productOptions);
      products.push(product);
      return product;
    },
    async stop() {
      // Of tests that failed half-way: else their workers would keep the process alive.
      for (const product of products) await product.abandon();
      await native.close();
      await connection.close();
      await stopServers();
    },
  };
}

async function startProduct(servers: Connected, options: ProductOptions): Promise<OpenProduct> {
  const id = randomUUID().slice(0, 8);
  const org = `org-${id}`;
  const simulator = await runSimulator({
    ...options.simulator,
    // Ready at the first poll, which comes at once: a test of the cadence says otherwise.
    cxone: { tenants: [{ ...DEFAULT_TENANT, org }], run: { polls: 0 }, ...options.simulator?.cxone },
  });
  try {
    return await completeProduct(servers, options, { id, org, simulator });
  } catch (error) {
    await simulator.stop();
    throw error;
  }
}

async function completeProduct(
  suite: Connected,
  options: ProductOptions,
  { id, org, simulator }: { id: string; org: string; simulator: RunningSimulator },
): Promise<OpenProduct> {
  const taskQueue = `queue-${id}`;
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-product-'));
  const { temporalAddress, databaseUrl, templateDatabase } = suite.servers;
  const env = {
    ...simulator.environment,
    CXONE_ORG_ID: org,
    DATABASE_URL: await createDatabase(databaseUrl, `journey_${id}`, templateDatabase),
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
    const runs = readingAnyMemo(temporal).workflow.list({ query: `TaskQueue = '${taskQueue}'` });
    for await (const { workflowId, runId } of runs) recorded.push(await recordedHistory(temporal, workflowId, runId));
    return recorded;
  };
  const forgetWait = waitingFor(() => openRuns(temporal, taskQueue));
  let open = true;
  const abandon = async (): Promise<void> => {
    if (!open) return;
    open = false;
    forgetWait();
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
