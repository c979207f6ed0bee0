import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { PollAnswer } from '../../../src/activities/aggregate/query/poll-result.js';
import type { SyncAnswer } from '../../../src/activities/aggregate/sync-webhook.js';
import type { Progress } from '../../../src/contract/result/progress.js';
import { DATASET, fakeActivities } from '../../support/workflow/fake-activities.js';
import { inTurn } from '../../support/gateway/in-turn.js';
import { rejectsWith } from '../../support/rejects-with.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const LATER: PollAnswer = { state: 'later', reason: 'running' };
const COMPLETE: PollAnswer = { state: 'complete', dataset: DATASET };

describe('aggregateJourneyMetrics', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  it('goes through every step once and returns what came out', async () => {
    const fake = fakeActivities();
    const result = await rig.run(fake.activities, async ({ start }) => (await start()).result());
    assert.equal(result.outcome, 'completed');
    assert.deepEqual(result.rows, { returned: 70, kept: 68, delivered: 68 });
    assert.deepEqual(result.delivery, { deliveryId: 'd'.repeat(32), revision: 1, parts: 1, attempts: 1, signed: true });
    for (const step of [
      'planRun',
      'fetchToken',
      'submitQuery',
      'pollResult',
      'transform',
      'syncWebhook',
      'writeAudit',
    ] as const) {
      assert.equal(fake.calls[step].length, 1, step);
    }
    assert.equal(fake.calls.writeAudit[0]?.entry.status, 'completed');
  });

  it('answers the query progress after the end, too', async () => {
    const progress = await rig.run(fakeActivities().activities, async ({ start }) => {
      const handle = await start();
      await handle.result();
      return handle.query<Progress>('progress');
    });
    assert.equal(progress.phase, 'finished');
    assert.deepEqual([progress.pages, progress.rows, progress.outcome], [2, 70, 'completed']);
  });

  it('ends an impossible request as InvalidRequest, audited', async () => {
    const problems = [{ path: 'query.metric', message: 'is required' }];
    const planRun = (): never => {
      throw ApplicationFailure.nonRetryable('the request is not valid', 'InvalidRequest', { problems });
    };
    const fake = fakeActivities({ planRun });
    await rig.run(fake.activities, async ({ start }) => rejectsWith((await start()).result(), 'InvalidRequest'));
    assert.equal(fake.calls.writeAudit.length, 1);
    assert.equal(fake.calls.writeAudit[0]?.entry.failureType, 'InvalidRequest');
    assert.equal(fake.calls.fetchToken.length, 0);
  });

  it('reads a defective result three times, each from the start, and then names what was wrong', async () => {
    const defective: PollAnswer = {
      state: 'defective',
      type: 'IncompleteResult',
      message: '9 rows where 10 were promised',
    };
    const fake = fakeActivities({ pollResult: inTurn(defective) });
    await rig.run(fake.activities, async ({ start }) =>
      rejectsWith((await start()).result(), 'IncompleteResult', /9 rows/),
    );
    assert.deepEqual(
      fake.calls.pollResult.map(({ take }) => take.take),
      [0, 1, 2],
    );
    assert.equal(fake.calls.submitQuery.length, 1);
  });

  it('submits a query that is gone twice more, as generations, and then gives up', async () => {
    const fake = fakeActivities({ pollResult: inTurn<PollAnswer>({ state: 'gone', reason: '410' }) });
    await rig.run(fake.activities, async ({ start }) => rejectsWith((await start()).result(), 'QueryExpired'));
    assert.deepEqual(
      fake.calls.submitQuery.map(({ generation }) => generation),
      [1, 2, 3],
    );
  });

  it('fetches further pages in one long step after the poll that found the first', async () => {
    const fake = fakeActivities({ pollResult: inTurn<PollAnswer>({ state: 'more', pages: 1, rows: 10 }, COMPLETE) });
    await rig.run(fake.activities, async ({ start }) => (await start()).result());
    assert.deepEqual(
      fake.calls.pollResult.map(({ collect }) => collect),
      [false, true],
    );
  });

  it('waits for the source on its own timers and ends at the deadline with a typed failure', async () => {
    const fake = fakeActivities({ pollResult: inTurn(LATER) });
    await rig.run(fake.activities, async ({ start }) => rejectsWith((await start()).result(), 'QueryDeadlineExceeded'));
    const polls = fake.calls.pollResult.length;
    assert.ok(polls > 60 && polls < 140, `${polls} polls in six hours`);
    assert.equal(fake.calls.writeAudit[0]?.entry.failureType, 'QueryDeadlineExceeded');
    assert.ok(fake.calls.fetchToken.length > 5, 'the token was renewed as it aged');
  });

  it('tries a receiver ten times over about three days, then ends as undelivered', async () => {
    const answer = {
      state: 'failed',
      part: 0,
      reason: '503',
      permanent: false,
      revision: 1,
      parts: 1,
      delivered: 0,
      signed: true,
    } as const;
    const fake = fakeActivities({ syncWebhook: inTurn(answer) });
    const result = await rig.run(fake.activities, async ({ start }) => (await start()).result());
    assert.equal(result.outcome, 'undelivered');
    assert.equal(result.delivery.attempts, 10);
    assert.deepEqual(
      fake.calls.syncWebhook.map(({ attempt }) => attempt),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
    const hours = result.latencyMs / 3_600_000;
    assert.ok(hours > 60 && hours < 91, `${hours} hours`);
  });

  it('waits for another session that has the delivery, and ends with a typed failure when that never ends', async () => {
    const busy = { state: 'busy', revision: 1, parts: 1, delivered: 0, signed: true } as const;
    const fake = fakeActivities({ syncWebhook: inTurn<SyncAnswer>(busy) });
    await rig.run(fake.activities, async ({ start }) => rejectsWith((await start()).result(), 'DeliveryBusy'));
    const looks = fake.calls.syncWebhook.length;
    assert.ok(looks > 300 && looks < 500, `${looks} looks in six hours`);
    assert.equal(fake.calls.writeAudit[0]?.entry.failureType, 'DeliveryBusy');
  });

  it('stops at once where no attempt can help', async () => {
    const answer = {
      state: 'failed',
      part: 0,
      reason: '410',
      permanent: true,
      revision: 1,
      parts: 1,
      delivered: 0,
      signed: true,
    } as const;
    const fake = fakeActivities({ syncWebhook: inTurn(answer) });
    const result = await rig.run(fake.activities, async ({ start }) => (await start()).result());
    assert.deepEqual(
      [result.outcome, result.delivery.attempts, result.delivery.lastFailure],
      ['undelivered', 1, '410'],
    );
  });

  it('shows the last typed failure, not a bare timeout, when the bound of a step lapses', async () => {
    const submitQuery = (): never => {
      throw ApplicationFailure.create({
        message: 'connection refused',
        type: 'UpstreamUnavailable',
        nextRetryDelay: '50 minutes',
      });
    };
    const fake = fakeActivities({ submitQuery });
    await rig.run(fake.activities, async ({ start }) => rejectsWith((await start()).result(), 'UpstreamUnavailable'));
    assert.equal(fake.calls.writeAudit[0]?.entry.failureType, 'UpstreamUnavailable');
  });
});
