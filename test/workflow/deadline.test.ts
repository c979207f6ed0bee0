import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CompleteAsyncError } from '@temporalio/activity';
import type { RunPlan } from '../../src/contract/run.js';
import { fakeActivities, PLAN } from '../support/fake-activities.js';
import { rejectsWith } from '../support/rejects-with.js';
import { createRig, type Rig } from '../support/workflow-rig.js';

/** In a file of its own: it waits, idle, for two heartbeat timeouts of 20 s, which no server skips. */
describe('the deadline of a run', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  it('ends it, too, when the last poll never gets an answer', async () => {
    const planRun = (): Promise<RunPlan> => Promise.resolve({ ...PLAN, deadlineMs: 10_000 });
    const pollResult = (): never => {
      // What is left of an attempt whose worker died: nothing but the bound of its profile.
      throw new CompleteAsyncError();
    };
    const fake = fakeActivities({ planRun, pollResult });
    await rig.run(fake.activities, async ({ start }) =>
      rejectsWith((await start()).result(), 'QueryDeadlineExceeded', /got no answer/),
    );
    assert.equal(fake.calls.writeAudit[0]?.entry.failureType, 'QueryDeadlineExceeded');
  });
});
