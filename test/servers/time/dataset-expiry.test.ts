import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { ExpireResult } from '../../../src/contract/result/result.js';
import { openBlobStore } from '../../../src/datasets/blobs/open-dataset-url.js';
import { all } from '../../support/pages/blob-store-contract.js';
import { keepSchedules } from '../../../src/worker/kept-schedules.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { testS3 } from '../../support/pages/s3-server.js';
import { until } from '../../support/until.js';

const s3 = testS3();
const idle = new AbortController().signal;
/** As short as it gets: whatever is not needed is old. */
const AT_ONCE = { DATASET_RETENTION: '0 s' };

/** What the schedule starts, now. */
function expire({ temporal, env }: Product): Promise<ExpireResult> {
  const options = { workflowId: 'expire-datasets', taskQueue: env['TASK_QUEUE'] ?? '', args: [] };
  return temporal.workflow.execute('expireDatasets', options) as Promise<ExpireResult>;
}

suite('the datasets of runs', () => {
  let servers: Suite;
  before(async () => {
    servers = await startSuite();
  });
  after(() => servers.stop());

  test('go when they are old and have arrived; what was sent cannot be sent again, and says so', async () => {
    const product = await servers.product({ env: AT_ONCE });
    const run = await product.client.start(product.request());
    const { delivery } = await run.result();
    const { looked, deleted, deletedCount } = await expire(product);
    assert.deepEqual([looked, deletedCount, deleted.length], [2, 2, 2]);
    assert.ok(deleted.includes(`deliveries/${delivery.deliveryId}`));
    const again = product.client.redeliver({ workflowId: run.workflowId, all: true });
    await assert.rejects(again, { type: 'DatasetExpired' });
    assert.equal((await expire(product)).looked, 0);
    const third = await (await product.client.start(product.request(), { again: true })).result();
    assert.equal(third.outcome, 'unchanged');
    await product.stop();
  });

  test('stay while they have not arrived, and are sent from where they are', async () => {
    const faults = { script: [{ on: 'webhook' as const, nth: 1, fault: '410' as const }] };
    const product = await servers.product({ env: AT_ONCE, simulator: { receiver: { faults } } });
    const run = await product.client.start(product.request());
    assert.equal((await run.result()).outcome, 'undelivered');
    const { looked, deletedCount } = await expire(product);
    assert.deepEqual([looked, deletedCount], [2, 0]);
    assert.equal((await product.client.redeliver({ workflowId: run.workflowId })).outcome, 'completed');
    assert.equal((await expire(product)).deletedCount, 2);
    await product.stop();
  });

  test('may be in S3: then no host keeps any of them', async (t) => {
    const missing = s3.missing();
    if (missing !== undefined) {
      t.skip(missing);
      return;
    }
    const { bucket, prefix, access } = s3.place();
    const product = await servers.product({
      env: {
        ...AT_ONCE,
        DATASET_URL: `s3://${bucket}/${prefix}`,
        AWS_ENDPOINT_URL: access.endpoint?.href,
        AWS_ACCESS_KEY_ID: access.credentials?.accessKeyId,
        AWS_SECRET_ACCESS_KEY: access.credentials?.secretAccessKey,
      },
    });
    const run = await product.client.start(product.request());
    const { outcome, rows, delivery } = await run.result();
    assert.deepEqual([outcome, rows.delivered > 0], ['completed', true]);
    assert.equal(existsSync(join(product.home, 'datasets')), false);
    const blobs = await openBlobStore({ kind: 's3', bucket, prefix, access });
    const scopes = (await all(blobs.scopes(idle))).map(({ scope }) => scope);
    assert.equal(scopes.length, 2);
    assert.ok(scopes.includes(`deliveries/${delivery.deliveryId}`));
    // S3 tells the time of a write in whole seconds, rounded up by some: until then it counts as young.
    await until(
      'what was written to be old',
      () => expire(product),
      ({ looked }) => looked === 0,
    );
    assert.deepEqual(await all(blobs.scopes(idle)), []);
    blobs.close();
    await product.stop();
  });

  test('have a schedule that deletes them, of every installation its own', async () => {
    const product = await servers.product({ worker: false });
    for (const taskQueue of ['journey-metrics', 'second']) {
      await keepSchedules(product.temporal, taskQueue);
      await keepSchedules(product.temporal, taskQueue);
    }
    const queues: unknown[] = [];
    for (const id of ['journey-metrics-expire', 'journey-metrics-expire-second', 'journey-metrics-reconcile-second']) {
      const { action, spec } = await product.temporal.schedule.getHandle(id).describe();
      queues.push([action.workflowType, action.taskQueue, spec.intervals?.[0]?.every]);
      await product.temporal.schedule.getHandle(id).delete();
    }
    assert.deepEqual(queues, [
      ['expireDatasets', 'journey-metrics', 86_400_000],
      ['expireDatasets', 'second', 86_400_000],
      ['reconcileAudit', 'second', 3_600_000],
    ]);
    await product.stop();
  });
});
