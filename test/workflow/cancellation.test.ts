import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { Activities } from '../../src/activities/index.js';
import { fakeActivities, type FakeActivities } from '../support/fake-activities.js';
import { createRig, type Rig } from '../support/workflow-rig.js';

/** Hangs until it is cancelled, and says when it has begun. */
function hanging(): { begun: Promise<void>; activity: () => Promise<never> } {
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const activity = async (): Promise<never> => {
    const beat = setInterval(() => {
      Context.current().heartbeat();
    }, 100);
    begin();
    try {
      return await Context.current().cancelled;
    } finally {
      clearInterval(beat);
    }
  };
  return { begun, activity };
}

function afterwards(step: keyof Activities, fake: FakeActivities): number {
  const order = ['planRun', 'fetchToken', 'submitQuery', 'pollResult', 'transform', 'syncWebhook'] as const;
  const later = order.slice(order.findIndex((name) => name === step) + 1);
  return later.reduce((calls, name) => calls + fake.calls[name].length, 0);
}

describe('a cancelled run', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('dev');
  });
  after(() => rig.stop());

  for (const step of ['planRun', 'fetchToken', 'submitQuery', 'pollResult', 'transform', 'syncWebhook'] as const) {
    it(`in ${step} stops there, is audited once and ends as cancelled`, async () => {
      const { begun, activity } = hanging();
      const fake = fakeActivities({ [step]: activity });
      const error = await rig.run(fake.activities, async ({ start }) => {
        const handle = await start();
        await begun;
        await handle.cancel();
        return handle.result().catch((reason: unknown) => reason);
      });
      assert.ok(error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure, String(error));
      assert.deepEqual(
        fake.calls.writeAudit.map(({ entry }) => entry.status),
        ['cancelled'],
      );
      assert.equal(afterwards(step, fake), 0);
    });
  }

  it('in a wait for the source asks it nothing more', async () => {
    const fake = fakeActivities({ pollResult: () => Promise.resolve({ state: 'later', reason: 'running' }) });
    await rig.run(fake.activities, async ({ start }) => {
      const handle = await start();
      while (fake.calls.submitQuery.length === 0) await handle.query('progress');
      await handle.cancel();
      await assert.rejects(handle.result(), WorkflowFailedError);
      const polls = fake.calls.pollResult.length;
      assert.ok(polls <= 1, `${polls} polls`);
    });
    assert.equal(fake.calls.writeAudit.length, 1);
  });
});
