import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { RunSimulatorOptions } from '../../../simulator/main.js';
import { JourneyMetricsError, type BackfillRequest, type ClientErrorType } from '../../../src/client.js';
import { backfillRequest, daysAsked, untilProgress } from '../../support/workflow/backfills.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const DAYS = ['2024-02-28', '2024-02-29', '2024-03-01'];
/** Ready at the first poll. */
const QUICK = { data: { rows: 20 }, run: { polls: 0 } };
/** Never ready: what is under way stays so. */
const ENDLESS = { data: { rows: 20 }, run: { ms: 3_600_000 } };

async function rejects(promise: Promise<unknown>, type: ClientErrorType, message = /./): Promise<JourneyMetricsError> {
  const error: unknown = await promise.then(
    () => assert.fail(`it did not reject; expected ${type}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof JourneyMetricsError, String(error));
  assert.equal(error.type, type, error.message);
  assert.match(error.message, message);
  return error;
}

describe('backfills through the client, on real servers', { concurrency: 3 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const start = (simulator: RunSimulatorOptions): Promise<Product> => suite.product({ simulator });
  const deliveredDays = ({ simulator }: Product): readonly string[] =>
    [...simulator.receiver.windows().values()]
      // A key of the payload that the receiver does not know.
      .map(({ payloads: [payload] }) => (payload?.['window'] as { from: string }).from.slice(0, 10))
      .sort();
  const states = async ({ client }: Product): Promise<readonly (string | null)[]> =>
    (await client.list()).map(({ state, outcome }) => outcome ?? state);

  test('each window is delivered once, by a run of its own', async () => {
    const product = await start({ cxone: QUICK });
    const backfill = await product.client.backfills.start(backfillRequest(product));
    const result = await backfill.result();
    assert.deepEqual(
      [result.outcome, result.workflowId, result.runId],
      ['completed', backfill.workflowId, backfill.runId],
    );
    assert.deepEqual([result.slices.total, result.slices.completed, result.failures], [3, 3, []]);
    assert.deepEqual(result.rows, { returned: 60, delivered: 60, sent: 60 });
    assert.deepEqual(deliveredDays(product), DAYS);
    await until(
      'the runs to be listed',
      () => states(product),
      (all) => all.filter((one) => one === 'completed').length === 3,
    );
    const audited = await product.records.auditLog.list({ limit: 10 }, AbortSignal.timeout(10_000));
    assert.deepEqual(
      audited.map(({ requester }) => requester),
      DAYS.map(() => `backfill ${backfill.workflowId} for test`),
    );
    await product.stop();
  });

  test('the same request attaches, also to the answer; asked again it reads anew, and sends nothing', async () => {
    const product = await start({ cxone: QUICK });
    const request = backfillRequest(product);
    const [one, other] = await Promise.all([
      product.client.backfills.start(request),
      product.client.backfills.start({ ...request, from: '2024-02-28T00:00:00Z', width: 1 }),
    ]);
    assert.deepEqual([other.workflowId, other.runId], [one.workflowId, one.runId]);
    const result = await one.result();
    const late = await product.client.backfills.start(request);
    assert.deepEqual(await late.result(), result);
    assert.equal(daysAsked(product).length, 3);

    const again = await product.client.backfills.start(request, { again: true });
    assert.equal(again.workflowId, `${one.workflowId}-2`);
    const { slices } = await again.result();
    assert.deepEqual([slices.total, slices.unchanged], [3, 3]);
    assert.equal(product.simulator.receiver.journal.count({ operation: 'webhook' }), 3);
    const listed = await until(
      'both to be listed as ended',
      () => product.client.backfills.list(),
      (all) => all.filter(({ outcome }) => outcome === 'completed').length === 2,
    );
    assert.deepEqual(
      listed.map(({ workflowId, state, org, windowFrom }) => ({ workflowId, state, org, windowFrom })),
      [again, one].map(({ workflowId }) => ({
        workflowId,
        state: 'completed',
        org: request.org,
        windowFrom: '2024-02-28T00:00:00.000Z',
      })),
    );
    await product.stop();
  });

  test('a forecast asks the source nothing and starts nothing, and goes by what runs took', async () => {
    const product = await start({ cxone: QUICK });
    const request = backfillRequest(product);
    const before = await product.client.backfills.forecast(request);
    assert.deepEqual(
      before.slices.map(({ label }) => label),
      DAYS,
    );
    assert.deepEqual(before.estimate, { sliceMs: 60_000, totalMs: 60_000, runs: 0 });
    assert.deepEqual(product.simulator.cxone.journal.entries(), []);
    assert.deepEqual(await product.histories(), []);

    const backfill = await product.client.backfills.start(request);
    assert.equal(backfill.workflowId, before.workflowId);
    await backfill.result();
    const { estimate } = await until(
      'the runs to be listed',
      () => product.client.backfills.forecast(request),
      (forecast) => forecast.estimate.runs === 3,
    );
    assert.ok(estimate.sliceMs > 0 && estimate.sliceMs !== 60_000);
    await product.stop();
  });

  test('a bad request is refused by its problems, and nothing is started', async () => {
    const product = await start({ cxone: QUICK });
    const bad: Partial<BackfillRequest>[] = [
      { timeZone: 'Mars/Olympus' },
      { to: '2024-02-28' },
      { to: '2024-02-01' },
      { to: '2200-01-01' },
      { width: 21 },
      { from: '1900-01-01' },
    ];
    for (const change of bad) {
      const request = backfillRequest(product, change);
      const error = await rejects(product.client.backfills.start(request), 'InvalidRequest');
      const [{ problems }] = error.details as [{ problems: { path: string }[] }];
      const field = change.from === undefined ? Object.keys(change)[0] : 'sliceBy';
      assert.deepEqual(
        problems.map(({ path }) => path),
        [field],
      );
      await rejects(product.client.backfills.forecast(request), 'InvalidRequest');
    }
    assert.deepEqual(await product.histories(), []);
    await product.stop();
  });

  test('is paused, widened and resumed while it runs', async () => {
    const product = await start({ cxone: ENDLESS });
    const backfill = await product.client.backfills.start(backfillRequest(product, { width: 1 }));
    await untilProgress(backfill, 'the first slice to run', ({ running }) => running.length === 1);
    await backfill.pause();
    assert.equal(await backfill.setWidth(2), 2);
    const { phase, width, running, slices } = await backfill.progress();
    assert.deepEqual([phase, width, running.length, slices.waiting], ['paused', 2, 1, 2]);
    await backfill.resume();
    await untilProgress(backfill, 'two slices to run', (progress) => progress.running.length === 2);
    await rejects(backfill.setWidth(0), 'InvalidRequest', /width: must be a whole number from 1 to 20/);

    await backfill.cancel();
    await rejects(backfill.result(), 'RunCancelled');
    await until(
      'its runs to have ended, too',
      () => states(product),
      (all) => all.join() === 'cancelled,cancelled',
    );
    await rejects(backfill.pause(), 'BackfillClosed');
    await rejects(product.client.backfills.retry(backfill.workflowId), 'NothingToRetry', /start it again/);
    await product.stop();
  });

  test('a retry runs what failed and nothing else, until nothing is left', async () => {
    const failing = [{ on: 'poll' as const, times: 2, fault: 'failed' as const }];
    const product = await start({ cxone: { ...QUICK, faults: { script: failing } } });
    const { backfills } = product.client;
    const first = await backfills.start(backfillRequest(product, { width: 1 }));
    const failed = await first.result();
    assert.deepEqual(
      failed.failures.map(({ from, type }) => [from.slice(0, 10), type]),
      [
        ['2024-02-28', 'QueryFailed'],
        ['2024-02-29', 'QueryFailed'],
      ],
    );
    assert.deepEqual([failed.outcome, failed.slices.completed, failed.slices.failed], ['incomplete', 1, 2]);

    product.simulator.cxone.faults.add({ script: [{ on: 'poll', fault: 'failed' }] });
    const retry = await backfills.retry(first.workflowId);
    assert.equal(retry.workflowId, `${first.workflowId}-retry`);
    const attached = await backfills.retry(first.workflowId);
    assert.equal(attached.workflowId, retry.workflowId);
    const still = await retry.result();
    assert.deepEqual([still.slices.total, still.slices.completed, still.slices.failed], [2, 1, 1]);

    const second = await backfills.retry(first.workflowId);
    assert.equal(second.workflowId, `${first.workflowId}-retry-2`);
    assert.deepEqual([(await second.result()).outcome, deliveredDays(product)], ['completed', DAYS]);
    assert.deepEqual(daysAsked(product), [...DAYS, '2024-02-28', '2024-02-29', '2024-02-28']);
    await rejects(
      backfills.retry(first.workflowId),
      'NothingToRetry',
      /-retry-2 was delivered: there is nothing to retry/,
    );
    await product.stop();
  });

  test('says of ids that name no backfill that there is none, and of one under way that it has not ended', async () => {
    const product = await start({ cxone: ENDLESS });
    const { client } = product;
    const run = await client.start(product.request());
    for (const id of ['backfill-nobody', run.workflowId]) {
      const handle = client.backfills.get(id);
      await rejects(handle.summary(), 'BackfillNotFound', new RegExp(id));
      await rejects(handle.result(), 'BackfillNotFound');
      await rejects(handle.pause(), 'BackfillNotFound');
      await rejects(client.backfills.retry(id), 'BackfillNotFound');
    }
    const backfill = await client.backfills.start(backfillRequest(product));
    await rejects(client.backfills.retry(backfill.workflowId), 'BackfillRunning');
    await rejects(client.run(backfill.workflowId).summary(), 'RunNotFound', /is a backfill, not a run/);
    await backfill.cancel();
    await run.cancel();
    await rejects(backfill.result(), 'RunCancelled');
    await rejects(run.result(), 'RunCancelled');
    await product.stop();
  });
});
