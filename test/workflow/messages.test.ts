import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PollAnswer } from '../../src/activities/poll-result.js';
import { POLL_NOW_SIGNAL } from '../../src/contract/names.js';
import type { Progress } from '../../src/contract/progress.js';
import { DATASET, fakeActivities } from '../support/fake-activities.js';
import { inTurn } from '../support/in-turn.js';
import { createRig, type Rig } from '../support/workflow-rig.js';

const HOUR: PollAnswer = { state: 'later', reason: 'rate limited', retryAfterMs: 3_600_000 };
const COMPLETE: PollAnswer = { state: 'complete', dataset: DATASET };

describe('messages to a run, in real time', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('dev');
  });
  after(() => rig.stop());

  it('pollNow ends an hour of Retry-After at once, and progress says what is waited for', async () => {
    const fake = fakeActivities({ pollResult: inTurn<PollAnswer>(HOUR, COMPLETE) });
    await rig.run(fake.activities, async ({ start }) => {
      const handle = await start();
      const waiting = await until(
        () => handle.query<Progress>('progress'),
        ({ waitingFor }) => waitingFor === 'rate limited',
      );
      assert.equal(waiting.phase, 'waiting');
      assert.ok(Date.parse(waiting.nextAt ?? '') - Date.now() > 3_000_000, waiting.nextAt);
      await handle.signal(POLL_NOW_SIGNAL);
      assert.equal((await handle.result()).outcome, 'completed');
    });
    assert.equal(fake.calls.pollResult.length, 2);
  });

  it('shows its phase in the Temporal UI as current details', async () => {
    const fake = fakeActivities({ pollResult: inTurn<PollAnswer>(HOUR) });
    await rig.run(fake.activities, async ({ start }) => {
      const handle = await start();
      await until(
        () => handle.query<Progress>('progress'),
        ({ waitingFor }) => waitingFor === 'rate limited',
      );
      const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
      assert.match(metadata.currentDetails ?? '', /\*\*waiting\*\* \(rate limited, next at /);
      await handle.terminate();
    });
  });
});

/** Asks until the answer is the one waited for; the test's own time limit ends it otherwise. */
async function until<T>(ask: () => Promise<T>, good: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
  }
}
