import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { runSimulator, type RunningSimulator } from '../../simulator/main.js';
import { DEFAULT_TENANT } from '../../simulator/cxone/credentials.js';
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
  /** When each submission was answered, and each query seen ended, by the simulator's clock. */
  readonly spans: (org: string) => readonly { readonly from: number; readonly to: number }[];
  stop(): Promise<void>;
}

export interface FleetOptions {
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
    simulator: { cxone: { tenants: orgs.map((org) => ({ ...DEFAULT_TENANT, org })), run: { polls } } },
  });
  const deadOrg = 'dead';
  const dead = await runSimulator({
    cxone: { tenants: [{ ...DEFAULT_TENANT, org: deadOrg }] },
    faults: ['503@1'],
  });
  const folder = join(product.home, 'organisations');
  await mkdir(folder, { recursive: true });
  const clientSecretFile = join(folder, 'secret');
  await writeFile(clientSecretFile, DEFAULT_TENANT.clientSecret);
  const entry = (baseUrl: string) => ({
    auth: { kind: 'client-credentials', baseUrl, clientId: DEFAULT_TENANT.clientId, clientSecretFile },
    limits,
  });
  const { CXONE_BASE_URL: liveUrl = '' } = product.simulator.environment;
  const { CXONE_BASE_URL: deadUrl = '' } = dead.environment;
  const file = join(folder, 'orgs.json');
  const entries = [...orgs.map((org) => [org, entry(liveUrl)] as const), [deadOrg, entry(deadUrl)] as const];
  await writeFile(file, JSON.stringify(Object.fromEntries(entries)));
  const { CXONE_CLIENT_ID: _id, CXONE_CLIENT_SECRET: _secret, CXONE_BASE_URL: _url, ...env } = product.env;
  const started: { stop(): Promise<void> }[] = [];
  for (let n = 0; n < workers; n += 1) {
    const own = { ...env, CXONE_ORGS_FILE: file, CXONE_ORG_ID: orgs[0] };
    // One connection takes one worker of a task queue.
    const native = await NativeConnection.connect({ address: suite.servers.temporalAddress });
    const worker = await startWorker({ native, bundle: suite.bundle }, product.temporal, own, {});
    started.push({ stop: () => worker.stop().then(() => native.close()) });
  }
  return {
    ...{ product, orgs, dead, deadOrg, file },
    spans: (org) => spansOf(product.simulator, org),
    async stop() {
      await Promise.all(started.map((worker) => worker.stop()));
      await dead.stop();
      await product.stop();
    },
  };
}

function spansOf({ cxone }: RunningSimulator, org: string): { from: number; to: number }[] {
  const all = cxone.journal.entries({ org });
  return all
    .filter(({ operation, status }) => operation === 'submit' && status === 202)
    .map(({ at, queryId }) => {
      const seen = all.find((each) => each.queryId === queryId && each.operation === 'poll' && each.status === 200);
      return { from: Date.parse(at), to: seen === undefined ? Infinity : Date.parse(seen.at) };
    });
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
