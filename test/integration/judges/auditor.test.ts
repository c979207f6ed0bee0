import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { audit } from '../../auditor/audit.js';
import { collect } from '../../auditor/collect.js';
import type { AggregateRequest } from '../../../src/contract/request/request.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

/** What is true of the product whoever looks: so the auditor's own reading of journals, tables and runs fits what it reads. */
describe('the auditor, of a product that nobody kills', () => {
  let suite: Suite;
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journey-metrics-evidence-'));
    suite = await startSuite({
      ownServers: 'it suggests continue-as-new soon',
      dynamicConfig: ['limit.historyCount.suggestContinueAsNew=20'],
      inMemory: true,
    });
  });
  after(async () => {
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const note = (event: object): Promise<void> =>
    appendFile(join(folder, 'operator.ndjson'), `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);

  async function ran(product: Product, expect: string, request: AggregateRequest, again = false): Promise<void> {
    const run = await product.client.start(request, { again });
    await note({ event: 'requested', workflowId: run.workflowId, request, expect });
    // How it ended is for the auditor to find out.
    await run.result().catch(() => undefined);
  }

  it('finds that everything was held, with answers lost on the way, chains of executions and a repeated window', async () => {
    const product = await suite.product({
      simulator: {
        journalFolder: folder,
        cxone: {
          ...{ idempotent: false, resultFolder: join(folder, 'results'), data: { rows: 45, outliers: 0.1 } },
          faults: {
            script: [
              { on: 'submit', nth: 1, fault: 'reset-after' },
              { on: 'poll', nth: 4, fault: '410' },
            ],
          },
        },
        receiver: {
          bodyFolder: join(folder, 'bodies'),
          faults: { script: [{ on: 'webhook', nth: 1, fault: 'drop-after' }] },
        },
      },
    });
    const { query } = product.request();
    const request = product.request({ query: { ...query, limit: 20 } });
    await Promise.all([
      ran(product, 'completed', request).then(() => ran(product, 'completed', request, true)),
      ran(product, 'completed', product.request({ processing: { outliers: 'flag', maxRows: 10 } })),
      ran(product, 'failed', product.request({ query: { ...query, filter: { noSuchDimension: 'x' } } })),
    ]);
    assert.ok((await product.histories()).length > 4, 'no run continued as new');
    const { TASK_QUEUE: taskQueue = '', DATABASE_URL: databaseUrl = '' } = product.env;
    await collect({
      databaseUrl,
      taskQueue,
      folder,
      temporalAddress: suite.servers.temporalAddress,
      namespace: 'default',
    });
    const { verdict, findings, counts } = audit(folder);
    assert.deepEqual(
      findings.map(({ promise, subject, what }) => `${promise}: ${subject} ${what}`),
      ['evidence: the plan is not there: nobody can tell what was to be injected'],
    );
    assert.equal(verdict, 'nothing tested');
    const { requested, completed, failed, auditEntries, deliveriesCompared, duplicates, orphansOnRecord } = counts;
    assert.deepEqual(
      { requested, completed, failed, auditEntries },
      { requested: 4, completed: 3, failed: 1, auditEntries: 4 },
    );
    assert.deepEqual(
      { deliveriesCompared, duplicates, orphansOnRecord },
      { deliveriesCompared: 3, duplicates: 1, orphansOnRecord: 1 },
    );
    await product.stop();
  });
});
