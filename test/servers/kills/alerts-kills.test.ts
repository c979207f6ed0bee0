import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { listen } from '../../support/gateway/loopback.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { startQuickWorker } from '../../support/quick-worker.js';
import { PATIENCE } from '../../support/records/records.js';
import { until } from '../../support/until.js';

describe('SIGKILL between an alert and its sending', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const start = (product: Product): Promise<unknown> =>
    product.temporal.workflow.start('tellAlerts', {
      workflowId: `tell-${product.env['TASK_QUEUE'] ?? ''}`,
      taskQueue: product.env['TASK_QUEUE'] ?? '',
    });

  it('of the worker that has it under way: the next one sends it, under the same id', async (t) => {
    let answers = false;
    const server = await listen(t, () => (answers ? { status: 204 } : () => undefined));
    const product = await suite.product({ worker: false });
    const file = join(product.home, 'alerts.json');
    await writeFile(file, JSON.stringify({ destinations: { ops: { url: server.url.href, private: true } } }));
    const env: NodeJS.ProcessEnv = { ...product.env, ALERTS_FILE: file };
    const first = await startQuickWorker({ ...product, env });
    const org = product.env['CXONE_ORG_ID'] ?? '';
    const alert = { event: 'run.failed', key: ['run-1'], org, what: 'It failed', about: {}, fold: [] } as const;
    await product.records.alerts.raise(alert, new Date().toISOString(), PATIENCE);
    await start(product);
    await until(
      'the alert at its receiver, unanswered',
      () => server.received.length,
      (count) => count === 1,
    );
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    answers = true;
    const second = await startQuickWorker({ ...product, env });
    const [sent] = await until(
      'the alert on record as sent',
      () => product.records.alerts.list({ limit: 9 }, PATIENCE),
      ([one]) => one?.sends[0]?.sentAt != null,
    );
    await start(product);
    assert.deepEqual([...new Set(server.received.map(({ headers }) => headers['webhook-id']))], [sent?.id]);
    await second.stop(10_000);
    await product.stop();
  });
});
