import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DEFAULT_TENANT } from '../../simulator/cxone/credentials.js';
import { runSimulator, type RunningSimulator } from '../../simulator/main.js';
import { DEFAULT_REPORTING_TENANT } from '../../simulator/reporting/tenant.js';
import { tenantFile } from '../../stack/product/simulated-tenant.js';
import { startStack, type Stack, type StackError } from '../../stack/stack.js';
import type { Canary } from './canaries.js';
import type { Evidence } from './evidence.js';
import type { PlannedFaults } from './faults.js';
import type { Pids } from './killing.js';
import { keepWorker, type KeptWorker } from './kept-worker.js';
import { CONTACTS, SMALL_PARTS } from './plan.js';

/** The servers, the source and the receiver, and the product's worker between them. */
export interface World {
  readonly stack: Stack;
  readonly temporal: NonNullable<Stack['temporal']>;
  readonly database: NonNullable<Stack['database']>;
  readonly simulator: RunningSimulator;
  readonly worker: KeptWorker;
  readonly pids: Pids;
  /** Requests that source and receiver have got so far. */
  readonly requests: () => number;
  readonly org: string;
  readonly datasetFolder: string;
  readonly canaries: readonly Canary[];
  stop(): Promise<void>;
}

interface WorldOptions {
  readonly home: string;
  readonly seed: string;
  readonly faults: PlannedFaults;
  readonly evidence: Evidence;
  /** Told when a server cannot be kept up. */
  readonly onFailure: (error: StackError) => void;
  readonly signal: AbortSignal;
}

/** However often they are killed. */
const DEATHS_AT_MOST = 1_000;

const CLIENT_SECRET = `canary+client&secret=%2F ${randomBytes(6).toString('hex')}`;
const TOKEN_PREFIX = `canary-token-${randomBytes(6).toString('hex')}-`;
const WEBHOOK_SECRET = `whsec_${Buffer.from(`canary-webhook-secret-${randomBytes(6).toString('hex')}`).toString('base64')}`;

const CONTACTS_TENANT = {
  ...DEFAULT_REPORTING_TENANT,
  org: CONTACTS.org,
  clientSecret: `${CLIENT_SECRET}&contacts`,
  accessKeySecret: `CANARY${randomBytes(16).toString('hex').toUpperCase()}====`,
};
/** Without media whose journeys take a week: a run would read the sheets of fifteen days. */
const BY_PHONE: ('answered' | 'abandoned' | 'transferred' | 'split' | 'refused' | 'late-transfer' | 'tie')[] = [
  ...(['answered', 'abandoned', 'transferred', 'split', 'refused', 'late-transfer', 'tie'] as const),
];
/** How the simulator begins every address and name. */
const PERSONAL = ['personal-from-', 'personal-to-', 'personal-first-', 'personal-last-'];

/** The source takes a moment, forgets which submissions it has seen, and its tokens live for ten seconds. */
function startSource({ seed, faults, evidence }: WorldOptions): Promise<RunningSimulator> {
  return runSimulator({
    journalFolder: evidence.journalFolder,
    cxone: {
      tenants: [{ ...DEFAULT_TENANT, clientSecret: CLIENT_SECRET }],
      tokenPrefix: TOKEN_PREFIX,
      tokenLifetimeS: 10,
      run: { ms: 3_000 },
      idempotent: false,
      faults: faults.cxone,
      faultSeed: seed,
      resultFolder: evidence.resultFolder,
      reporting: {
        tenants: [CONTACTS_TENANT],
        tokenPrefix: TOKEN_PREFIX,
        tokenLifetimeS: 60,
        settings: { journeysPerDay: 20, topCap: 15, late: 0, restated: 0, only: BY_PHONE },
      },
    },
    receiver: {
      secrets: [WEBHOOK_SECRET],
      faults: faults.receiver,
      faultSeed: seed,
      bodyFolder: evidence.bodyFolder,
    },
  });
}

/** @throws StackError, WorkerFailed, or whatever else keeps one of them from coming up */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { home, evidence, onFailure, signal } = options;
  const stack = await startStack({ home, ui: false, deathsAtMost: DEATHS_AT_MOST, onFailure, signal });
  let simulator: RunningSimulator | undefined;
  let worker: KeptWorker | undefined;
  const stop = async (): Promise<void> => {
    await worker?.stop();
    await simulator?.stop();
    await stack.stop();
  };
  try {
    const { temporal, database } = stack;
    if (!temporal || !database) throw new Error('the stack has no servers');
    simulator = await startSource(options);
    const datasetFolder = join(home, 'datasets');
    const env = {
      PATH: process.env['PATH'],
      ...simulator.environment,
      ...(await tenantFile(home, simulator, CONTACTS_TENANT)),
      BI_DESTINATIONS_FILE: await destinationsFile(home, simulator),
      DATABASE_URL: database.url,
      DATASET_URL: pathToFileURL(datasetFolder).href,
      JOURNEY_METRICS_HOME: home,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      CXONE_CIRCUIT_OPEN: '2 s',
      WORKER_STICKY_TIMEOUT: '1 s',
      LOG_LEVEL: 'trace',
    };
    worker = await keepWorker(env, (text) => {
      evidence.log('worker.log', text);
    });
    const { pid } = worker;
    const pids = { worker: pid, temporal: () => temporal.pid, postgres: () => database.pid };
    const { cxone, receiver } = simulator;
    const requests = (): number => cxone.journal.count() + receiver.journal.count();
    const { org } = DEFAULT_TENANT;
    const canaries = canariesOf(database.url);
    return { stack, temporal, database, simulator, worker, pids, requests, org, datasetFolder, canaries, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A second destination at the same receiver: what is delivered there comes in several parts. */
async function destinationsFile(home: string, { receiver }: RunningSimulator): Promise<string> {
  const { destination, maxRows } = SMALL_PARTS;
  const folder = join(home, 'configuration');
  const file = join(folder, 'destinations.json');
  const secrets = [WEBHOOK_SECRET];
  await mkdir(folder, { recursive: true });
  await writeFile(
    file,
    JSON.stringify({ [destination]: { url: receiver.webhookUrl, secrets, private: true, maxRows } }),
  );
  return file;
}

function canariesOf(databaseUrl: string): readonly Canary[] {
  return [
    { name: 'the client secret', secret: CLIENT_SECRET },
    { name: 'a token', secret: TOKEN_PREFIX },
    { name: 'the secret of an access key', secret: CONTACTS_TENANT.accessKeySecret },
    ...PERSONAL.map((secret) => ({ name: 'personal data', secret })),
    { name: 'the webhook secret', secret: WEBHOOK_SECRET.slice('whsec_'.length) },
    { name: 'the password of the database', secret: decodeURIComponent(new URL(databaseUrl).password) },
  ];
}
