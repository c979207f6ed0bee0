import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startSimulator } from '../../../simulator/cxone/server.js';
import { DEFAULT_REPORTING_TENANT } from '../../../simulator/reporting/tenant.js';
import { startSuite, type Suite } from '../../support/product.js';
import { startQuickWorker } from '../../support/quick-worker.js';
import { EVALUATIONS } from '../../support/sources/csv-source.js';
import { NOW } from '../../support/sources/cxone-real.js';
import { until } from '../../support/until.js';

const DEADLINE_MS = 180_000;

describe('a run of Data Extraction whose worker is killed', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  it('goes on with the same job, and with the file from its start, by what the records and Temporal know', async (t) => {
    const cxone = await startSimulator({ now: () => NOW, reporting: { settings: { jobPolls: 2, jobGapS: 0 } } });
    t.after(() => cxone.stop());
    const product = await suite.product({ worker: false });
    const { clientId, clientSecret, accessKeyId, accessKeySecret } = DEFAULT_REPORTING_TENANT;
    const [client, key, orgs] = ['client', 'key', 'orgs.json'].map((name) => join(product.home, name)) as [
      string,
      string,
      string,
    ];
    await Promise.all([writeFile(client, clientSecret), writeFile(key, accessKeySecret)]);
    const secrets = { clientSecretFile: client, accessKeySecretFile: key };
    const auth = { kind: 'access-key', issuer: cxone.url, clientId, accessKeyId, ...secrets };
    const qm = { kind: 'data-extraction', entity: 'qm-workflows', version: '4', ...EVALUATIONS };
    await writeFile(orgs, JSON.stringify({ globex: { auth, sources: { qm }, limits: { gap: '0 s' } } }));
    const env = { ...product.env, CXONE_ORGS_FILE: orgs };
    const asked = (operation: 'job' | 'jobs' | 'csv', least: number): Promise<number> =>
      until(
        `${least} of ${operation}`,
        () => cxone.journal.entries().filter((entry) => entry.operation === operation).length,
        (count) => count >= least,
        DEADLINE_MS,
      );

    // Slower than a test waits: the second worker dies while the file comes.
    cxone.faults.add({ script: [{ on: 'csv', fault: { kind: 'drip', bytes: 16, everyMs: 500 } }] });
    const run = await product.client.start({
      ...{ org: 'globex', source: 'qm', timeZone: 'UTC' },
      query: { metric: ['score'], dimension: ['contact'], dateFrom: '2026-10-05', dateTo: '2026-10-08' },
    });
    const first = await startQuickWorker({ env });
    // The list before the POST, and one look at the job.
    await asked('jobs', 2);
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await startQuickWorker({ env });
    await asked('csv', 1);
    process.kill(second.pid, 'SIGKILL');
    await second.exited;
    const third = await startQuickWorker({ env });
    const result = await run.result();
    process.kill(third.pid, 'SIGTERM');
    await third.exited;

    assert.equal(result.outcome, 'completed');
    assert.equal(await asked('job', 1), 1, 'one job was started');
    assert.equal(await asked('csv', 2), 2);
    const [window] = [...product.simulator.receiver.windows().values()];
    const rows = (window?.rows ?? []) as { contact: string }[];
    assert.ok(rows.length > 20);
    assert.equal(new Set(rows.map(({ contact }) => contact)).size, rows.length, 'no row came twice');
  });
});
