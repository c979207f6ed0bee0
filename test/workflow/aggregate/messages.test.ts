import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PollAnswer } from '../../../src/activities/aggregate/query/poll-result.js';
import type { SubmitAnswer } from '../../../src/activities/aggregate/query/submit-query.js';
import { POLL_NOW_SIGNAL } from '../../../src/contract/values/names.js';
import type { Progress } from '../../../src/contract/result/progress.js';
import { DATASET, fakeActivities } from '../../support/workflow/fake-activities.js';
import { inTurn } from '../../support/gateway/in-turn.js';
import { until } from '../../support/until.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const HOUR: PollAnswer = { state: 'later', reason: 'rate limited', retryAfterMs: 3_600_000 };
const COMPLETE: PollAnswer = { state: 'complete', dataset: DATASET };

describe('messages to a run, in real time', { concurrency: true }, () => {
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
        'the hour to begin',
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

  it('pollNow in an hour of Retry-After of a submission submits at once', async () => {
    const submitted = {
      state: 'submitted',
      ticket: '/results/1',
      queryId: null,
      submittedAt: '2026-11-01T00:00:00Z',
    } as const;
    const fake = fakeActivities({ submitQuery: inTurn<SubmitAnswer>(HOUR, submitted) });
    await rig.run(fake.activities, async ({ start }) => {
      const handle = await start();
      await until(
        'the hour to begin',
        () => handle.query<Progress>('progress'),
        ({ waitingFor }) => waitingFor === 'rate limited',
      );
      await handle.signal(POLL_NOW_SIGNAL);
      assert.equal((await handle.result()).outcome, 'completed');
    });
    assert.equal(fake.calls.submitQuery.length, 2);
  });

  it('pollNow while a poll is under way is not lost: the wait after it does not begin, the next one does', async () => {
    let signal = (): Promise<void> => Promise.resolve();
    const fake = fakeActivities({
      pollResult: async (): Promise<PollAnswer> => {
        if (fake.calls.pollResult.length === 1) await signal();
        return HOUR;
      },
    });
    await rig.run(fake.activities, async ({ start }) => {
      const handle = await start();
      signal = () => handle.signal(POLL_NOW_SIGNAL);
      const waiting = await until(
        'the hour to begin after the second poll',
        () => handle.query<Progress>('progress'),
        ({ polls, waitingFor }) => polls === 2 && waitingFor === 'rate limited',
      );
      assert.equal(waiting.phase, 'waiting');
      await handle.terminate();
    });
    assert.equal(fake.calls.pollResult.length, 2);
  });

  it('shows its phase in the Temporal UI as current details', async () => {
    const fake = fakeActivities({ pollResult: inTurn<PollAnswer>(HOUR) });
    await rig.run(fake.activities, async ({ start }) => {
      const handle = await start();
      await until(
        'the hour to begin',
        () => handle.query<Progress>('progress'),
        ({ waitingFor }) => waitingFor === 'rate limited',
      );
      const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
      assert.match(metadata.currentDetails ?? '', /\*\*waiting\*\* \(rate limited, next at /);
      await handle.terminate();
    });
  });
});
