import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { SyncAnswer } from '../../../src/activities/aggregate/sync-webhook.js';
import { REDELIVER_WORKFLOW } from '../../../src/contract/values/names.js';
import { fakeActivities } from '../../support/workflow/fake-activities.js';
import { inTurn } from '../../support/gateway/in-turn.js';
import { rejectsWith } from '../../support/rejects-with.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const FACTS = { revision: 1, parts: 3, signed: true } as const;

describe('redeliver', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  it('sends the outstanding parts and audits itself as a redelivery', async () => {
    const fake = fakeActivities();
    const result = await rig.run(fake.activities, async ({ start }) =>
      (await start({ workflowId: 'journey-acme-1' }, { type: REDELIVER_WORKFLOW })).result(),
    );
    assert.equal(result.outcome, 'completed');
    assert.deepEqual(fake.calls.syncWebhook[0]?.subject, { kind: 'revision', deliveryId: 'd'.repeat(32), revision: 1 });
    assert.deepEqual(
      fake.calls.writeAudit.map(({ entry }) => [entry.kind, entry.status]),
      [['redelivery', 'completed']],
    );
  });

  it('sends everything again when asked to', async () => {
    const failed: SyncAnswer = { ...FACTS, state: 'failed', part: 1, reason: '503', permanent: false, delivered: 3 };
    const fake = fakeActivities({
      syncWebhook: inTurn<SyncAnswer>(failed, { ...FACTS, state: 'delivered', delivered: 3 }),
    });
    await rig.run(fake.activities, async ({ start }) =>
      (await start({ workflowId: 'journey-acme-1', all: true }, { type: REDELIVER_WORKFLOW })).result(),
    );
    const from = fake.calls.syncWebhook.map(({ subject }) => (subject.kind === 'revision' ? subject.resend : null));
    assert.deepEqual(from, [true, true]);
  });

  it('begins the schedule again with an attempt that delivered something', async () => {
    const at = (part: number): SyncAnswer => ({
      ...FACTS,
      state: 'failed',
      part,
      reason: '503',
      permanent: false,
      delivered: part,
      ...(part === 1 && { progressed: true }),
    });
    const answers = [...Array<number>(9).fill(0), 1, 0].map(at);
    const done: SyncAnswer = { ...FACTS, state: 'delivered', delivered: 3 };
    const fake = fakeActivities({ syncWebhook: inTurn<SyncAnswer>(at(0), ...answers.slice(1), done) });
    const result = await rig.run(fake.activities, async ({ start }) =>
      (await start({ workflowId: 'journey-acme-1' }, { type: REDELIVER_WORKFLOW })).result(),
    );
    assert.deepEqual([result.outcome, result.delivery.attempts], ['completed', 12]);
  });

  it('audits a delivery that is not there, and fails', async () => {
    const planRedelivery = (): never => {
      throw ApplicationFailure.nonRetryable('the ledger has no delivery of x', 'DeliveryNotFound');
    };
    const fake = fakeActivities({ planRedelivery });
    await rig.run(fake.activities, async ({ start }) => {
      const handle = await start({ workflowId: 'x' }, { type: REDELIVER_WORKFLOW });
      await rejectsWith(handle.result(), 'DeliveryNotFound');
    });
    assert.equal(fake.calls.writeAudit[0]?.entry.failureType, 'DeliveryNotFound');
  });
});
