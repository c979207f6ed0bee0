import assert from 'node:assert/strict';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { after, before, describe, it } from 'node:test';
import { startWorkerProcess, type WorkerProcess } from '../../../stack/product/worker-process.js';
import { cli } from '../../support/cli/cli.js';
import { testS3 } from '../../support/pages/s3-server.js';
import { startSuite, type Suite } from '../../support/product.js';
import { auditedProduct } from '../../support/records/audited-product.js';
import { until } from '../../support/until.js';

const RUNS = 24;
const WORKERS = 3;
const KILLS = 6;

/** `npm run test:cluster`: as in production, except that Temporal is the dev server. */
describe('several workers on one bucket', () => {
  const s3 = testS3();
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  it('end every run once while each of them is killed twice', async (t) => {
    if (s3.missing() !== undefined) {
      t.skip(s3.missing());
      return;
    }
    const { bucket, prefix, access } = s3.place();
    const { product, start, verdict } = await auditedProduct(t, suite, {
      worker: false,
      simulator: {
        // Not many at the receiver: two refusals of one part are five minutes of patience.
        faults: ['503:poll@0.1', 'drop-after:webhook@0.05'],
        cxone: { data: { rows: 2_000 } },
      },
      env: {
        DATASET_URL: `s3://${bucket}/${prefix}`,
        AWS_ENDPOINT_URL: access.endpoint?.href,
        AWS_REGION: access.region,
        AWS_ACCESS_KEY_ID: access.credentials?.accessKeyId,
        AWS_SECRET_ACCESS_KEY: access.credentials?.secretAccessKey,
      },
    });
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, ...product.env, WORKER_STICKY_TIMEOUT: '1 s' };
    const nothing = (): void => undefined;
    const another = (): Promise<WorkerProcess> => startWorkerProcess({ env, onLog: nothing, onError: nothing });
    const workers = await Promise.all(Array.from({ length: WORKERS }, another));
    t.after(() => Promise.all(workers.map((worker) => worker.stop(15_000))));
    const { query } = product.request();
    const runs = await Promise.all(
      Array.from({ length: RUNS }, (_, n) => {
        const [dateFrom, dateTo] = [n + 1, n + 2].map((of) => `2026-10-${String(of).padStart(2, '0')}`);
        return start(product.request({ query: { ...query, dateFrom: dateFrom ?? '', dateTo: dateTo ?? '' } }));
      }),
    );
    const ended = async (): Promise<number> =>
      (await product.records.auditLog.list({ limit: 100 }, AbortSignal.timeout(60_000))).length;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const wanted = Math.floor((kill * RUNS) / KILLS);
      await until(`${wanted} ended runs`, ended, (count) => count >= wanted, 180_000);
      const victim = workers[kill % WORKERS];
      assert.ok(victim);
      process.kill(victim.pid, 'SIGKILL');
      await victim.exited;
      workers[kill % WORKERS] = await another();
    }
    for (const run of runs) assert.equal((await run.result()).outcome, 'completed');
    assert.deepEqual(await verdict(), []);
    assert.equal((await cli(['audit', 'verify'], product.env)).code, 0);
    const objects = await s3.client().send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    assert.ok((objects.KeyCount ?? 0) > RUNS, 'rows were in the bucket');
    await product.stop();
  });
});
