import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

/** Of one step, as history has it. */
interface Scheduled {
  readonly activity: string;
  readonly queue: string;
  readonly priority: number;
  readonly fairness: string;
}

describe('transfers', () => {
  let suite: Suite;
  let product: Product;
  let begun = 0;
  let release: () => void = () => undefined;
  before(async () => {
    suite = await startSuite();
    const held = new Promise<void>((resolve) => (release = resolve));
    product = await suite.product({
      env: { WORKER_TRANSFERS: '1' },
      simulator: { cxone: { data: { rows: 24 } } },
      between: ({ pipeline, ...others }) => ({
        ...others,
        pipeline: {
          ...pipeline,
          async transform(...asked) {
            begun += 1;
            await held;
            return pipeline.transform(...asked);
          },
        },
      }),
    });
  });
  after(async () => {
    release();
    await product.stop();
    await suite.stop();
  });

  const start = async (dateTo: string) =>
    product.client.start(product.request({ query: { ...product.request().query, dateTo } }));

  it('hold up no poll and no record when all their slots are taken', async () => {
    const [first, second] = [await start('2026-11-03'), await start('2026-11-04')];
    for (const run of [first, second]) {
      await until(
        'the rows of both',
        () => run.progress(),
        ({ phase, polls }) => phase === 'transforming' && polls > 0,
      );
    }
    await until(
      'the only slot to be taken',
      () => begun,
      (count) => count === 1,
    );
    await second.cancel();
    // Its audit entry is written, and it ends, while the slot is held.
    await assert.rejects(second.result(), { type: 'RunCancelled' });
    const entries = await product.records.auditLog.list({ limit: 10 }, AbortSignal.timeout(30_000));
    assert.deepEqual(
      entries.map(({ status }) => status),
      ['cancelled'],
    );
    assert.equal(begun, 1);
    release();
    assert.equal((await first.result()).outcome, 'completed');
  });

  it('have a task queue of their own, and every step says whose it is and how urgent', async () => {
    const { TASK_QUEUE: queue = '', CXONE_ORG_ID: org = '' } = product.env;
    const run = await start('2026-11-05');
    await run.result();
    const steps = await stepsOf(run.workflowId);
    const transfers = steps.filter((step) => step.queue === `${queue}-transfers`).map(({ activity }) => activity);
    assert.deepEqual(new Set(transfers), new Set(['transform', 'syncWebhook']));
    assert.ok(
      steps.every((step) => step.priority === 2 && step.fairness === org),
      JSON.stringify(steps),
    );
    assert.ok(steps.some((step) => step.activity === 'pollResult' && step.queue === queue));
  });

  async function stepsOf(workflowId: string): Promise<readonly Scheduled[]> {
    const { events } = await product.temporal.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
      if (!scheduled) return [];
      const { activityType, taskQueue, priority } = scheduled;
      return [
        {
          activity: activityType?.name ?? '',
          queue: taskQueue?.name ?? '',
          priority: priority?.priorityKey ?? 0,
          fairness: priority?.fairnessKey ?? '',
        },
      ];
    });
  }
});
