import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_REPORTING_TENANT } from '../../simulator/reporting/tenant.js';
import type { AggregateRequest } from '../../src/client.js';
import { tenantFile } from '../../stack/product/simulated-tenant.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/product/worker-process.js';
import { startSuite, type Product } from '../support/product.js';
import { compile } from '../support/run/compile.js';
import { ordealOf, requestOf, rivalOf, type Ordeal } from './ordeal.js';
import type { PointName } from './points.js';
import type { Strike } from './strike.js';
import { assertInTurn, ONE_SLOT } from './turns.js';
import { assertUnharmed } from './verdict.js';

/** Real servers for all points. */
export interface Rig {
  /** A run whose workers die at these points, one after the other; then an ordinary worker finishes it, and it is judged. */
  survives(points: readonly [PointName, ...PointName[]], seed: number): Promise<void>;
  stop(): Promise<void>;
}

/** More events than a run has that is not made to wait; see the points of continue-as-new. */
const LONG_HISTORY = 130;
const DRAINED_WITHIN_MS = 15_000;

export async function startRig(): Promise<Rig> {
  const suite = await startSuite({
    ownServers: 'workers die by the dozen, and continue-as-new is suggested soon',
    dynamicConfig: [`limit.historyCount.suggestContinueAsNew=${LONG_HISTORY}`],
  });
  const compiled = await compile(['test/crash/worker.ts']);
  const command = [compiled.pathOf('test/crash/worker.ts')];
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-crash-'));
  const bundle = join(folder, 'workflow-bundle.cjs');
  await writeFile(bundle, suite.bundle.code);
  return {
    async survives(points, seed) {
      const ordeal = ordealOf(points, seed);
      const product = await suite.product({ worker: false, simulator: ordeal.simulator });
      const tenant = { ...DEFAULT_REPORTING_TENANT, org: `${product.request().org ?? ''}-contacts` };
      const limited = ordeal.gated ? await limitedOrg(product) : {};
      const orgs = ordeal.contacts ? await tenantFile(product.home, product.simulator, tenant) : limited;
      const workers = crashWorkers(product, command, { ...orgs, WORKFLOW_BUNDLE: bundle });
      const change = { ...requestOf(ordeal, product.request()), ...(ordeal.contacts && { org: tenant.org }) };
      try {
        await undergo(product, ordeal, change, workers);
      } catch (error) {
        throw new Error(`${String(error)}\n${JSON.stringify(ordeal)}\n${workers.said()}`, { cause: error });
      } finally {
        await workers.stop();
      }
      await product.stop();
    },
    async stop() {
      await suite.stop();
      await compiled.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function undergo(
  product: Product,
  ordeal: Ordeal,
  change: Partial<AggregateRequest>,
  workers: CrashWorkers,
): Promise<void> {
  const request = product.request(change);
  const requests = ordeal.gated ? [request, rivalOf(request)] : [request];
  const runs = await Promise.all(requests.map((each) => product.client.start(each)));
  const results = Promise.all(runs.map((run) => run.result()));
  // It is awaited below, and may fail before.
  results.catch(() => undefined);
  for (const strike of ordeal.strikes) await workers.dieAt(strike, results);
  await workers.start({});
  if (ordeal.gated) await assertInTurn(product, ordeal, await results);
  else for (const result of await results) await assertUnharmed(product, ordeal, result);
}

/** The organisation of the product, with limits, as a file has it. */
async function limitedOrg({ home, env, request }: Product): Promise<NodeJS.ProcessEnv> {
  const { CXONE_BASE_URL: baseUrl, CXONE_CLIENT_ID: clientId, CXONE_CLIENT_SECRET: secret = '' } = env;
  const clientSecretFile = join(home, 'client-secret');
  const file = join(home, 'orgs.json');
  const auth = { kind: 'client-credentials', baseUrl, clientId, clientSecretFile };
  await writeFile(clientSecretFile, secret);
  await writeFile(file, JSON.stringify({ [request().org ?? '']: { auth, limits: ONE_SLOT } }));
  return {
    CXONE_ORGS_FILE: file,
    CXONE_BASE_URL: undefined,
    CXONE_CLIENT_ID: undefined,
    CXONE_CLIENT_SECRET: undefined,
  };
}

interface CrashWorkers {
  start(env: NodeJS.ProcessEnv): Promise<WorkerProcess>;
  /** Resolves once a worker has died at the point; rejects when the run ends without it. */
  dieAt(strike: Strike, end: Promise<unknown>): Promise<void>;
  stop(): Promise<void>;
  /** Warnings and errors so far. */
  said(): string;
}

function crashWorkers(product: Product, command: readonly string[], ofAll: NodeJS.ProcessEnv): CrashWorkers {
  let text = '';
  const say = (more: string): void => void (text += more);
  const started: WorkerProcess[] = [];
  const start = async (own: NodeJS.ProcessEnv): Promise<WorkerProcess> => {
    const given = { WORKER_STICKY_TIMEOUT: '1 s', LOG_LEVEL: 'warn', ...ofAll, ...own };
    const env = { ...process.env, ...product.env, ...given };
    const worker = await startWorkerProcess({ env, command, onLog: say, onError: say });
    started.push(worker);
    return worker;
  };
  return {
    start,
    async dieAt({ point, nth }, end) {
      const marker = join(product.home, `struck-${started.length}`);
      const env = { CRASH_POINT: point, CRASH_NTH: String(nth), CRASH_MARKER: marker };
      const { exited } = await start(env).catch(() => ({ exited: Promise.resolve(null) }));
      const ended = end.then(
        () => 'ended' as const,
        () => 'ended' as const,
      );
      if ((await Promise.race([exited, ended])) === 'ended') throw new Error(`the run never came to ${point}`);
      const reached = existsSync(marker) ? readFileSync(marker, 'utf8') : 'none';
      if (reached !== point || (await exited) !== null) throw new Error(`died, but not at ${point}: ${reached}`);
    },
    async stop() {
      await Promise.all(started.map((worker) => worker.stop(DRAINED_WITHIN_MS)));
    },
    said: () => text,
  };
}
