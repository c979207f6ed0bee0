import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, it } from 'node:test';
import { DEFAULT_REPORTING_TENANT } from '../../../simulator/reporting/tenant.js';
import { tenantFile } from '../../../stack/product/simulated-tenant.js';
import { startWorkerProcess } from '../../../stack/product/worker-process.js';
import type { Env } from '../../../src/config/environment.js';
import type { AggregateRequest } from '../../../src/client.js';
import { findCanaries, type Trace } from '../../chaos/canaries.js';
import { tracesOf } from '../../chaos/leftovers.js';
import { cli, type CliEnd } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

const TENANT = {
  ...DEFAULT_REPORTING_TENANT,
  org: `personal-${randomUUID().slice(0, 8)}`,
  clientSecret: 'canary+client/of&the=tenant%2F',
  accessKeyId: 'CANARYACCESSKEYID3456789012345678901234567890123456====',
  accessKeySecret: 'CANARYACCESSKEYSECRET890123456789012345678901234456====',
};
const TOKEN = 'canary-token-';
/** How the simulator begins every address, name and note. */
const PERSONAL = ['personal-from-', 'personal-to-', 'personal-first-', 'personal-last-', 'personal-notes'];
const ORG = TENANT.org;
const QUERY: AggregateRequest['query'] = {
  metric: ['journeyAnswerRate', 'journeyCompletionRate'],
  dimension: ['queue', 'team', 'entryPoint'],
  dateFrom: '2026-10-05',
  dateTo: '2026-10-07',
};

let suite: Suite;
before(async () => {
  suite = await startSuite();
});
after(() => suite.stop());

/** A worker's environment: the tenant, and destinations of every kind and grain. */
async function environmentOf(product: Product): Promise<Env> {
  const { home, simulator, env } = product;
  const urlFile = join(home, 'table-url');
  await writeFile(urlFile, env['DATABASE_URL'] ?? '', { mode: 0o600 });
  const files = (name: string, more: object) => ({
    kind: 'files',
    url: pathToFileURL(join(home, 'delivered', name)).href,
    ...more,
  });
  const destinations = {
    rows: files('rows', { format: 'ndjson' }),
    journeys: files('journeys', { format: 'csv', grain: 'journeys' }),
    legs: files('legs', { format: 'csv', grain: 'legs' }),
    table: { kind: 'postgres', urlFile, table: 'public.legs_of_journeys', grain: 'legs' },
  };
  const path = join(home, 'destinations.json');
  await writeFile(path, JSON.stringify(destinations));
  const tenant = await tenantFile(home, simulator, TENANT);
  return { ...env, ...tenant, BI_DESTINATIONS_FILE: path, LOG_LEVEL: 'trace' };
}

/** What commands print and write of a run. */
async function printed(runId: string, home: string, env: Env): Promise<readonly Trace[]> {
  const exported = (...args: string[]): string[] => ['runs', 'export', runId, ...args, '--out', '-'];
  const commands = [
    exported('--raw'),
    exported('--kept'),
    exported('--journeys'),
    exported('--legs', '--format', 'csv'),
    ['runs', 'show', runId, '--history', '--json'],
    ['report', runId, '--out', join(home, 'delivered', 'report.html')],
    ['sources', 'check', ORG, '--source', 'journeys', '--day', '2026-10-05'],
    ['sources', 'check', ORG, '--source', 'journeys', '--day', '2026-10-05', '--json'],
    ['catalogue', '--org', ORG, '--source', 'journeys', '--json'],
    ['doctor', '--json'],
  ];
  const traces: Trace[] = [];
  for (const args of commands) {
    const { code, stdout, stderr }: CliEnd = await cli(args, env);
    const place = args.join(' ');
    assert.ok(code === 0 || args[0] === 'doctor', `${place}: ${stderr}`);
    assert.ok((stdout + stderr).length > 50, `${place} has something to look into`);
    traces.push({ place, text: stdout + stderr });
  }
  return traces;
}

it('what is personal, and what opens a tenant, is nowhere: history, log, store, files, tables, exports, pages', async () => {
  const product = await suite.product({
    worker: false,
    simulator: {
      cxone: {
        reporting: { tenants: [TENANT], tokenPrefix: TOKEN, settings: { journeysPerDay: 40, late: 0 } },
        faults: { script: [{ on: 'contacts', nth: 3, fault: '401' }] },
      },
    },
  });
  const env = await environmentOf(product);
  let log = '';
  const keep = (text: string): void => void (log += text);
  const worker = await startWorkerProcess({ env: { ...process.env, ...env }, onLog: keep, onError: keep });
  const ask = { org: ORG, source: 'journeys', query: QUERY, destination: ['bi', 'rows', 'journeys', 'legs', 'table'] };
  const run = await product.client.start(ask);
  const result = await run.result();
  assert.equal(result.outcome, 'completed', JSON.stringify(result.deliveries));
  assert.ok(result.deliveries.every(({ rows }) => (rows ?? 0) > 20));
  // One that fails, in words that CXone wrote.
  product.simulator.cxone.reporting.change({ forbidden: ['contacts/completed'] });
  const refused = await product.client.start({
    ...ask,
    query: { ...QUERY, dateFrom: '2026-09-01', dateTo: '2026-09-02' },
  });
  await assert.rejects(refused.result(), { type: 'Forbidden' });
  product.simulator.cxone.reporting.change({ forbidden: [] });
  const traces: Trace[] = [{ place: 'the log', text: log }, ...(await printed(result.workflowId, product.home, env))];
  await worker.stop(10_000);

  const left = {
    folders: { datasets: join(product.home, 'datasets'), delivered: join(product.home, 'delivered') },
    databaseUrl: env['DATABASE_URL'] ?? '',
    temporal: product.temporal,
    query: `TaskQueue = '${env['TASK_QUEUE'] ?? ''}'`,
  };
  for await (const trace of tracesOf(left)) traces.push(trace);
  traces.push({
    place: 'what the receiver got',
    text: JSON.stringify([...product.simulator.receiver.windows().values()]),
  });
  const places = traces.map(({ place }) => place);
  for (const wanted of [
    /^datasets\/legs\//,
    /^delivered\/report/,
    /^delivered\/legs\/.*part-0/,
    /legs_of_journeys/,
    /^the history/,
  ]) {
    assert.ok(
      places.some((place) => wanted.test(place)),
      `${wanted.source} is among what is looked into`,
    );
  }
  const secrets = [...PERSONAL, TENANT.clientSecret, TENANT.accessKeyId, TENANT.accessKeySecret, TOKEN];
  const canaries = secrets.map((secret) => ({ name: secret, secret }));
  assert.deepEqual(await findCanaries(traces, canaries), []);
  await product.stop();
});
