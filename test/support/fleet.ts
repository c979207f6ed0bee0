import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { runSimulator, type RunningSimulator } from '../../simulator/main.js';
import { DEFAULT_TENANT, type Tenant } from '../../simulator/cxone/credentials.js';
import { startWorker } from './own-worker.js';
import type { Product, Suite } from './product.js';

/** Several organisations, of which one is dead, and several workers that serve all of them. */
export interface Fleet {
  readonly product: Product;
  readonly orgs: readonly string[];
  /** Answers 503 to everything. */
  readonly dead: RunningSimulator;
  readonly deadOrg: string;
  /** Of the organisations file. */
  readonly file: string;
  /** What a worker process or a command needs to serve them all. */
  readonly env: Product['env'];
  readonly spans: (org: string) => readonly { readonly from: number; readonly to: number }[];
  stop(): Promise<void>;
}

export interface FleetOptions {
  /** In the process of the test; a test that wants processes starts them with `env`. */
  readonly workers: number;
  readonly orgs: number;
  readonly limits: Readonly<Record<string, unknown>>;
  /** Polls until a query is ready. */
  readonly polls: number;
}

export async function startFleet(suite: Suite, { workers, orgs: count, limits, polls }: FleetOptions): Promise<Fleet> {
  const orgs = Array.from({ length: count }, (_, n) => `org-${n}`);
  const product = await suite.product({
    worker: false,
    simulator: { cxone: { tenants: orgs.map(tenantOf), run: { polls } } },
  });
  const deadOrg = 'dead';
  const dead = await runSimulator({
    cxone: { tenants: [tenantOf(deadOrg)] },
    faults: ['503@1'],
  });
  const folder = join(product.home, 'organisations');
  await mkdir(folder, { recursive: true });
  const clientSecretFile = join(folder, 'secret');
  await writeFile(clientSecretFile, DEFAULT_TENANT.clientSecret);
  const entry = (org: string, baseUrl: string) => ({
    auth: { kind: 'client-credentials', baseUrl, clientId: tenantOf(org).clientId, clientSecretFile },
    limits,
  });
  const { CXONE_BASE_URL: liveUrl = '' } = product.simulator.environment;
  const { CXONE_BASE_URL: deadUrl = '' } = dead.environment;
  const file = join(folder, 'orgs.json');
  const entries = [
    ...orgs.map((org) => [org, entry(org, liveUrl)] as const),
    [deadOrg, entry(deadOrg, deadUrl)] as const,
  ];
  await writeFile(file, JSON.stringify(Object.fromEntries(entries)));
  const { CXONE_CLIENT_ID: _id, CXONE_CLIENT_SECRET: _secret, CXONE_BASE_URL: _url, ...env } = product.env;
  const own = { ...env, CXONE_ORGS_FILE: file, CXONE_ORG_ID: orgs[0] };
  const started: { stop(): Promise<void> }[] = [];
  for (let n = 0; n < workers; n += 1) {
    // One connection takes one worker of a task queue.
    const native = await NativeConnection.connect({ address: suite.servers.temporalAddress });
    const worker = await startWorker({ native, bundle: suite.bundle }, product.temporal, own, {});
    started.push({ stop: () => worker.stop().then(() => native.close()) });
  }
  return {
    ...{ product, orgs, dead, deadOrg, file, env: own },
    spans: (org) => spansOf(product.simulator, org),
    async stop() {
      await Promise.all(started.map((worker) => worker.stop()));
      await dead.stop();
      await product.stop();
    },
  };
}

/** The simulator knows an organisation by its client. */
function tenantOf(org: string): Tenant {
  return { ...DEFAULT_TENANT, org, clientId: `client-of-${org}` };
}

/** When each query was accepted, and when it was seen ended, by the simulator's clock. */
export function spansOf({ cxone }: RunningSimulator, org: string): { from: number; to: number }[] {
  const spans = new Map<string, { from: number; to: number }>();
  for (const { at, queryId = '', operation, status } of cxone.journal.entries({ org })) {
    const span = spans.get(queryId);
    // A submission that a killed worker sent, and another one sends again, is one query.
    if (operation === 'submit' && status === 202 && !span) spans.set(queryId, { from: Date.parse(at), to: Infinity });
    if (operation === 'poll' && status === 200 && span?.to === Infinity) span.to = Date.parse(at);
  }
  return [...spans.values()];
}

/** The most that lie over one instant. */
export function mostAtOnce(spans: readonly { readonly from: number; readonly to: number }[]): number {
  return Math.max(0, ...spans.map(({ from }) => spans.filter((each) => each.from <= from && from < each.to).length));
}

/** The shortest time from one to the next. */
export function shortestGapMs(spans: readonly { readonly from: number }[]): number {
  const starts = spans.map(({ from }) => from).sort((a, b) => a - b);
  return Math.min(...starts.slice(1).map((start, n) => start - (starts[n] ?? 0)));
}
