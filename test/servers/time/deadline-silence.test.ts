import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CompleteAsyncError } from '@temporalio/activity';
import type { RunPlan } from '../../../src/contract/run.js';
import { fakeActivities, PLAN } from '../../support/workflow/fake-activities.js';
import { rejectsWith } from '../../support/rejects-with.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

/** In a file of its own: it waits, idle, for 30 s, which no server skips while an activity is open. */
describe('the deadline of a run ends it, too', { concurrency: true }, () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('dev');
  });
  after(() => rig.stop());

  for (const step of ['fetchToken', 'submitQuery', 'pollResult'] as const) {
    it(`when the last ${step} never gets an answer`, async () => {
      const planRun = (): Promise<RunPlan> => Promise.resolve({ ...PLAN, deadlineMs: 10_000 });
      const silent = (): never => {
        // What is left of an attempt whose worker died: nothing but the bounds of its profile.
        throw new CompleteAsyncError();
      };
      const fake = fakeActivities({ planRun, [step]: silent });
      await rig.run(fake.activities, async ({ start }) =>
        rejectsWith((await start()).result(), 'QueryDeadlineExceeded', /got no answer/),
      );
      const audited = fake.calls.writeAudit.map(({ entry }) => entry.failureType);
      assert.deepEqual(audited, ['QueryDeadlineExceeded']);
    });
  }
});
