import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { decodedHistory, findCanaries } from '../../chaos/canaries.js';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import { DEFAULT_TENANT } from '../../../simulator/cxone/credentials.js';
import { cliProcess } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';
import { startWorkerProcess } from '../../../stack/product/worker-process.js';

const CLIENT_SECRET = 'canary+client&secret=%2F';
const TOKEN = 'canary-token';
const WEBHOOK_SECRET = `whsec_${Buffer.from('canary-webhook-secret-of-24-bytes').toString('base64')}`;

/** A token is taken back, and the source is away for a moment: errors on the way. */
const TROUBLE: FaultSchedule = {
  script: [
    { on: 'poll', nth: 1, fault: '401-revoked' },
    { on: 'poll', nth: 3, fault: '503' },
  ],
};

describe('secrets', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  async function datasetFiles(home: string): Promise<string> {
    const files = await readdir(join(home, 'datasets'), { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), 'utf8'));
    assert.ok(texts.length > 0, 'there are dataset files to look into');
    return (await Promise.all(texts)).join('\n');
  }

  async function traces(product: Product, log: string): Promise<Record<string, string>> {
    const audit: string[] = [];
    for await (const line of product.records.auditLog.export(AbortSignal.timeout(10_000))) audit.push(line);
    const histories = await product.histories();
    const [run] = await product.client.list();
    const shown = await cliProcess(['runs', 'show', run?.workflowId ?? '', '--history', '--json'], product.env);
    const doctor = await cliProcess(['doctor'], product.env);
    return {
      log,
      history: histories.map(({ json }) => decodedHistory(json)).join('\n'),
      audit: audit.join('\n'),
      datasets: await datasetFiles(product.home),
      'runs show': shown.stdout + shown.stderr,
      doctor: doctor.stdout + doctor.stderr,
    };
  }

  it('are nowhere: not in history, logs, CLI output, audit, dataset files or failure messages', async () => {
    const tenant = { ...DEFAULT_TENANT, org: `canary-${Date.now() % 1_000_000}`, clientSecret: CLIENT_SECRET };
    const product = await suite.product({
      worker: false,
      simulator: {
        cxone: { tenants: [tenant], tokenPrefix: TOKEN, faults: TROUBLE, data: { rows: 20 } },
        receiver: { secrets: [WEBHOOK_SECRET] },
      },
      env: { CXONE_ORG_ID: tenant.org, CXONE_CLIENT_SECRET: CLIENT_SECRET, BI_WEBHOOK_SECRET: WEBHOOK_SECRET },
    });
    let log = '';
    const keep = (text: string): void => void (log += text);
    const env = { ...process.env, ...product.env, LOG_LEVEL: 'trace' };
    const worker = await startWorkerProcess({ env, onLog: keep, onError: keep });
    const run = await product.client.start(product.request({ org: tenant.org }));
    assert.equal((await run.result()).outcome, 'completed');
    const broken = await product.client.start(product.request({ org: tenant.org, processing: { outliers: 'off' } }));
    product.simulator.cxone.faults.add({ script: [{ on: 'submit', nth: 1, times: 9, fault: '400' }] });
    await broken.result().catch(() => undefined);
    await until(
      'the log of the failure',
      () => log,
      (text) => text.includes('activity attempt failed'),
    );
    await worker.stop(10_000);

    const password = decodeURIComponent(new URL(product.env['DATABASE_URL'] ?? '').password);
    assert.ok(product.simulator.cxone.issuedTokens().every((token) => token.startsWith(TOKEN)));
    const left = Object.entries(await traces(product, log)).map(([place, text]) => ({ place, text }));
    for (const { place, text } of left) assert.ok(text.length > 100, `${place} holds something to look into`);
    const secrets = [CLIENT_SECRET, TOKEN, WEBHOOK_SECRET, password];
    const found = await findCanaries(
      left,
      secrets.map((secret) => ({ name: secret, secret })),
    );
    assert.deepEqual(found, []);
    await product.stop();
  });
});
