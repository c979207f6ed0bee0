import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { ReconcileResult, RunHandle } from '../../../src/client.js';
import { cli } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const signal = (): AbortSignal => AbortSignal.timeout(10_000);

describe('audit reconcile', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  async function terminatedRun(): Promise<{ product: Product; run: RunHandle }> {
    const product = await suite.product({ simulator: { cxone: { run: { ms: 600_000 } } } });
    const run = await product.client.start(product.request());
    await until(
      'the first poll',
      () => product.simulator.cxone.journal.count({ operation: 'poll' }),
      (polls) => polls > 0,
    );
    await product.temporal.workflow.getHandle(run.workflowId).terminate('by an operator');
    return { product, run };
  }

  it('finds a run that was terminated behind our back, and writes its one entry', async () => {
    const { product, run } = await terminatedRun();

    const first = await product.client.reconcile();
    assert.deepEqual(first.reconciled, [run.workflowId]);
    const [entry, ...others] = await product.records.auditLog.list({ limit: 10 }, signal());
    assert.deepEqual([entry?.kind, entry?.status, entry?.workflowId], ['reconciled', 'terminated', run.workflowId]);
    assert.equal(entry?.requester, 'test');
    assert.equal(others.length, 0);

    assert.equal((await product.client.reconcile()).reconciledCount, 0, 'a second look finds nothing new');
    assert.equal((await product.records.auditLog.verify({}, signal())).ok, true);
    await product.stop();
  });

  it('does the same for an operator at the command line', async () => {
    const { product, run } = await terminatedRun();
    const first = await cli(['audit', 'reconcile', '--json'], product.env);
    assert.deepEqual([first.code, first.stderr], [0, '']);
    assert.deepEqual((JSON.parse(first.stdout) as ReconcileResult).reconciled, [run.workflowId]);
    const again = await cli(['audit', 'reconcile'], product.env);
    assert.match(again.stdout, /checked, 0 audit entries added/);
    const verified = await cli(['audit', 'verify'], product.env);
    assert.match(verified.stdout, /intact: 1 entry,/);
    await product.stop();
  });

  it('does the same for a redelivery that was terminated', async () => {
    const product = await suite.product();
    const handle = await product.temporal.workflow.start('redeliver', {
      taskQueue: String(product.env['TASK_QUEUE']),
      workflowId: `redeliver-of-${product.home.split('-').at(-1) ?? ''}`,
      args: [{ workflowId: 'a run' }],
      startDelay: '1 hour',
    });
    await handle.terminate('by an operator');
    assert.deepEqual((await product.client.reconcile()).reconciled, [handle.workflowId]);
    const [entry] = await product.records.auditLog.list({ limit: 1 }, signal());
    assert.deepEqual([entry?.kind, entry?.status], ['reconciled', 'terminated']);
    await product.stop();
  });

  it('leaves runs alone that are under way or have audited themselves', async () => {
    const product = await suite.product();
    const run = await product.client.start(product.request());
    assert.equal((await product.client.reconcile()).reconciledCount, 0);
    await run.result();
    assert.equal((await product.client.reconcile()).reconciledCount, 0);
    await product.stop();
  });

  it('finds a run whose first task never was, and one that failed before it could write its entry', async () => {
    let isBroken = true;
    const product = await suite.product({
      between: (dependencies) => ({
        ...dependencies,
        audit: {
          ...dependencies.audit,
          append: (...given) =>
            isBroken
              ? Promise.reject(ApplicationFailure.nonRetryable('the trail is away', 'Unexpected'))
              : dependencies.audit.append(...given),
        },
      }),
    });
    const start = (workflowId: string, more: object): Promise<unknown> => {
      const taskQueue = product.env['TASK_QUEUE'] ?? '';
      return product.temporal.workflow.start('aggregateJourneyMetrics', { workflowId, taskQueue, args: [{}], ...more });
    };
    await start('never-began', { startDelay: '1 hour' });
    await product.temporal.workflow.getHandle('never-began').terminate('by an operator');
    await start('failed-early', {});
    await assert.rejects(product.temporal.workflow.getHandle('failed-early').result());
    isBroken = false;
    const audited = async (): Promise<readonly unknown[]> => {
      await product.client.reconcile();
      const entries = await product.records.auditLog.list({ limit: 10 }, signal());
      return entries.map(({ workflowId, kind, status }) => [workflowId, kind, status]).sort();
    };
    await until('both entries', audited, (entries) => entries.length === 2);
    assert.deepEqual(await audited(), [
      ['failed-early', 'reconciled', 'failed'],
      ['never-began', 'reconciled', 'terminated'],
    ]);
    await product.stop();
  });
});
