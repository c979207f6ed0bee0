import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readCatalogue } from '../../simulator/catalogue.js';
import { runSimulator, type RunningSimulator } from '../../simulator/main.js';
import type { Canary } from '../chaos/canaries.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/product/worker-process.js';
import type { Product, Suite } from './product.js';

/** One of two organisations of an installation, and what of it the other must never see. */
export interface OwnOrg {
  readonly org: string;
  readonly simulator: RunningSimulator;
  /** The only destination that it may use. */
  readonly destination: string;
  /** A dimension whose name and values are in each of its rows. */
  readonly dimension: string;
  /** What opens its doors: nowhere, ever. */
  readonly secrets: readonly Canary[];
}

/** Of the file of organisations, what tests change. */
export type Entries = Record<string, { destinations?: string[] }>;

export interface Apart {
  readonly product: Product;
  readonly acme: OwnOrg;
  readonly globex: OwnOrg;
  /** Lines of the worker's log. */
  readonly log: readonly string[];
  /** Writes the file of organisations again, as `change` has it, with a rename. */
  readonly rewrite: (change: (entries: Entries) => void) => Promise<void>;
  /** What the commands need, as an operator has it. */
  readonly env: Product['env'];
  stop(): Promise<void>;
}

/** One installation, one worker process, two organisations with a source, credentials and a destination of their own. */
export async function startApart(suite: Suite): Promise<Apart> {
  const [acme, globex] = [await ownOrg('acme'), await ownOrg('globex')];
  const product = await suite.product({ worker: false });
  const folder = join(product.home, 'configuration');
  await mkdir(folder);
  const at = (name: string): string => join(folder, name);
  const entries: Record<string, { destinations: string[] }> = {};
  const destinations: Record<string, unknown> = {};
  for (const { org, simulator, destination } of [acme, globex]) {
    const {
      CXONE_BASE_URL: baseUrl,
      CXONE_CLIENT_ID: clientId,
      CXONE_CLIENT_SECRET: secret = '',
    } = simulator.environment;
    await writeFile(at(`${org}-secret`), secret);
    const auth = { kind: 'client-credentials', baseUrl, clientId, clientSecretFile: at(`${org}-secret`) };
    entries[org] = Object.assign({ auth }, { destinations: [destination] });
    destinations[destination] = {
      kind: 'files',
      url: pathToFileURL(join(product.home, `lake-${org}`)).href,
      format: 'csv',
    };
  }
  const catalogue = { ...readCatalogue(), dimensions: [acme.dimension, globex.dimension] };
  await Promise.all([
    writeFile(at('orgs.json'), JSON.stringify(entries)),
    writeFile(at('destinations.json'), JSON.stringify(destinations)),
    writeFile(at('catalogue.json'), JSON.stringify(catalogue)),
  ]);
  const {
    CXONE_CLIENT_ID: _id,
    CXONE_CLIENT_SECRET: _secret,
    CXONE_BASE_URL: _url,
    CXONE_ORG_ID: _org,
    ...plain
  } = product.env;
  const env = {
    ...plain,
    CXONE_ORG_ID: acme.org,
    CXONE_ORGS_FILE: at('orgs.json'),
    CXONE_CATALOGUE: at('catalogue.json'),
    BI_DESTINATIONS_FILE: at('destinations.json'),
  };
  const log: string[] = [];
  const note = (line: string): void => void log.push(line);
  const worker: WorkerProcess = await startWorkerProcess({
    env: { ...process.env, ...env, LOG_LEVEL: 'info' },
    onLog: note,
    onError: note,
  });
  return {
    ...{ product, acme, globex, log, env },
    async rewrite(change) {
      const current = JSON.parse(await readFile(at('orgs.json'), 'utf8')) as typeof entries;
      change(current);
      await writeFile(at('next.json'), JSON.stringify(current));
      await rename(at('next.json'), at('orgs.json'));
    },
    async stop() {
      await worker.stop(10_000);
      await Promise.all([acme.simulator.stop(), globex.simulator.stop()]);
    },
  };
}

async function ownOrg(org: string): Promise<OwnOrg> {
  const dimension = `${org}Canary`;
  const secrets = [
    { name: `secret of ${org}`, secret: `${org} keeps=this&one+to%itself` },
    { name: `token of ${org}`, secret: `${org}.bearer.canary` },
  ] as const;
  const simulator = await runSimulator({
    cxone: {
      tenants: [{ org, clientId: `client-of-${org}`, clientSecret: secrets[0].secret }],
      tokenPrefix: secrets[1].secret,
      catalogue: { ...readCatalogue(), dimensions: [dimension] },
      data: { seed: org },
      run: { polls: 0 },
    },
  });
  return { org, simulator, destination: `lake-${org}`, dimension, secrets };
}
