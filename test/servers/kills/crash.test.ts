import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { OwnSuite, Product } from '../../support/product.js';
import { startSuite } from '../../support/product.js';
import { startQuickWorker } from '../../support/quick-worker.js';
import { until } from '../../support/until.js';

/** A run that has to be polled a few times: long enough to be struck while it waits. */
const SLOW = { simulator: { cxone: { data: { rows: 300 }, run: { ms: 7_000 } } }, worker: false } as const;

describe('SIGKILL in mid-poll', () => {
  let suite: OwnSuite;
  before(async () => {
    suite = await startSuite({ ownServers: 'Temporal is killed' });
  });
  after(() => suite.stop());

  /** One submission, the source's very rows, one audit entry, one delivery. */
  async function checkOutcome(product: Product): Promise<void> {
    const { cxone, receiver } = product.simulator;
    assert.equal(cxone.journal.count({ operation: 'submit' }), 1);
    const [query] = cxone.queries();
    const [window] = [...receiver.windows().values()];
    const expected = query?.source.rows(0, query.source.total);
    assert.deepEqual(window?.rows, expected === undefined ? undefined : [...expected]);
    assert.equal(receiver.journal.count({ verdict: 'accepted' }), receiver.journal.count());
    const audit = await product.records.auditLog.list({ limit: 10 }, AbortSignal.timeout(10_000));
    assert.deepEqual(
      audit.map(({ kind, status }) => [kind, status]),
      [['run', 'completed']],
    );
  }

  it('of the worker: another one goes on, with the same query, and everything is there once', async () => {
    const product = await suite.product(SLOW);
    const first = await startQuickWorker(product);
    const run = await product.client.start(product.request({ processing: { outliers: 'off' } }));
    const { journal } = product.simulator.cxone;
    await until(
      'the first poll',
      () => journal.count({ operation: 'poll' }),
      (polls) => polls > 0,
    );
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await startQuickWorker(product);
    const result = await run.result();
    assert.equal(result.rows.delivered, 300);
    await checkOutcome(product);
    await second.stop(10_000);
    await product.stop();
  });

  it('of the Temporal server: it comes back with its runs, and everything is there once', async () => {
    const product = await suite.product(SLOW);
    const running = await startQuickWorker(product);
    const run = await product.client.start(product.request({ processing: { outliers: 'off' } }));
    const { journal } = product.simulator.cxone;
    await until(
      'the first poll',
      () => journal.count({ operation: 'poll' }),
      (polls) => polls > 0,
    );
    const before = suite.stack.temporal?.pid ?? 0;
    process.kill(before, 'SIGKILL');
    await until(
      'another server',
      () => suite.stack.temporal?.pid,
      (pid) => pid !== before,
    );
    await until(
      'the end',
      () =>
        run.summary().then(
          ({ state }) => state,
          () => 'away',
        ),
      (state) => state === 'completed',
      120_000,
    );
    await checkOutcome(product);
    await running.stop(10_000);
    await product.stop();
  });

  it('SIGTERM drains a worker in mid-run, and the next one goes on', async () => {
    const product = await suite.product(SLOW);
    const first = await startQuickWorker(product);
    const run = await product.client.start(product.request({ processing: { outliers: 'off' } }));
    const { journal } = product.simulator.cxone;
    await until(
      'the first poll',
      () => journal.count({ operation: 'poll' }),
      (polls) => polls > 0,
    );
    await first.stop(20_000);
    assert.equal(await first.exited, 0);
    const second = await startQuickWorker(product);
    assert.equal((await run.result()).outcome, 'completed');
    await checkOutcome(product);
    await second.stop(10_000);
    await product.stop();
  });
});
