import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { SyncAnswer } from '../../../src/activities/aggregate/sync-webhook.js';
import { runKeyOf } from '../../../src/contract/values/ids.js';
import { REDELIVER_WORKFLOW } from '../../../src/contract/values/names.js';
import type { RunPlan } from '../../../src/contract/run.js';
import { fakeActivities, PLAN } from '../../support/workflow/fake-activities.js';
import { rejectsWith } from '../../support/rejects-with.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const FACTS = { revision: 1, parts: 1, signed: false } as const;
const DONE: SyncAnswer = { ...FACTS, state: 'delivered', delivered: 1 };
const SAME: SyncAnswer = { ...FACTS, state: 'unchanged', delivered: 1 };
const DOWN: SyncAnswer = { ...FACTS, state: 'failed', part: 0, reason: '503', permanent: false, delivered: 0 };

const LAKE = { destination: 'lake', deliveryId: 'e'.repeat(32), maxRows: 1_000_000_000, attempts: PLAN.attempts };
const TABLE = { ...LAKE, destination: 'table', deliveryId: 'f'.repeat(32) };
const ONE_PART = { maxRows: 9_000_000, maxBytes: 9_000_000 };

describe('a run with several destinations', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  /** A run to a webhook, a lake and a table, whose attempts are answered by destination. */
  function fakes(answers: Readonly<Record<string, (attempt: number) => SyncAnswer>>) {
    const further = [LAKE, TABLE].map((each) => ({ ...each, partLimits: ONE_PART }));
    return fakeActivities({
      planRun: ({ identity }): Promise<RunPlan> => Promise.resolve({ ...PLAN, runKey: runKeyOf(identity), further }),
      syncWebhook: ({ subject, attempt }) => {
        const { destination } = subject.kind === 'content' ? subject.plan : { destination: '' };
        return Promise.resolve((answers[destination] ?? (() => DONE))(attempt));
      },
    });
  }

  it('delivers to those that answer at once, whatever becomes of one that is down; the worst of them is its outcome', async () => {
    const fake = fakes({ bi: () => DOWN, lake: () => SAME });
    const result = await rig.run(fake.activities, async ({ start }) => (await start()).result());
    assert.equal(result.outcome, 'undelivered');
    assert.deepEqual(
      result.deliveries.map(({ destination, outcome, attempts }) => [destination, outcome, attempts]),
      [
        ['bi', 'undelivered', 10],
        ['lake', 'unchanged', 0],
        ['table', 'completed', 1],
      ],
    );
    assert.deepEqual(result.delivery.deliveryId, PLAN.deliveryId, 'the first stays the delivery');
    const entries = fake.calls.writeAudit.map(({ entry, deliveryId }) => [entry.kind, entry.status, deliveryId]);
    assert.deepEqual(entries.slice(0, 2).sort(), [
      ['delivery', 'completed', TABLE.deliveryId],
      ['delivery', 'unchanged', LAKE.deliveryId],
    ]);
    assert.deepEqual(entries.slice(2), [
      ['delivery', 'undelivered', PLAN.deliveryId],
      ['run', 'undelivered', undefined],
    ]);
    assert.equal(fake.calls.writeAudit.at(-1)?.entry.deliveries?.length, 3);
  });

  it('reads once, and selects the rows once for those that take the same', async () => {
    const fake = fakes({});
    await rig.run(fake.activities, async ({ start }) => (await start()).result());
    assert.deepEqual([fake.calls.submitQuery.length, fake.calls.pollResult.length], [1, 1]);
    const selected = fake.calls.transform.map(({ plan }) => [plan.destination, plan.maxRows]);
    assert.deepEqual(selected, [
      ['bi', undefined],
      ['lake', 1_000_000_000],
    ]);
  });

  it('fails when one of them cannot go on, after the others have been delivered', async () => {
    const fake = fakes({
      bi: () => {
        throw ApplicationFailure.nonRetryable('the rows are gone', 'DatasetExpired');
      },
    });
    await rig.run(fake.activities, async ({ start }) => {
      await rejectsWith((await start()).result(), 'DatasetExpired');
    });
    const entries = fake.calls.writeAudit.map(({ entry }) => [entry.kind, entry.status]);
    assert.deepEqual(entries, [
      ['delivery', 'completed'],
      ['delivery', 'completed'],
      ['run', 'failed'],
    ]);
  });

  it('is delivered again to each', async () => {
    const deliveries = [LAKE, TABLE].map(({ destination, deliveryId, attempts }) => {
      return { destination, deliveryId, attempts, revision: 1 };
    });
    const fake = fakeActivities({
      planRedelivery: ({ identity }) =>
        Promise.resolve({
          ...{ runKey: runKeyOf(identity), deliveries, org: 'acme', window: PLAN.window, queryId: 'q' },
          ...{ series: PLAN.series, report: PLAN.report },
        }),
    });
    const result = await rig.run(fake.activities, async ({ start }) =>
      (await start({ workflowId: 'journey-acme-1' }, { type: REDELIVER_WORKFLOW })).result(),
    );
    assert.deepEqual(
      result.deliveries.map(({ destination, outcome }) => [destination, outcome]),
      [
        ['lake', 'completed'],
        ['table', 'completed'],
      ],
    );
    assert.deepEqual(fake.calls.writeAudit.length, 1, 'one entry of the redelivery');
  });
});
