import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { SyncAnswer } from '../../../src/activities/aggregate/sync-webhook.js';
import { FAILURES_MOST } from '../../../src/contract/limits.js';
import type { BackfillProgress } from '../../../src/contract/result/backfill-result.js';
import { runKeyOf } from '../../../src/contract/values/ids.js';
import { BACKFILL, backfillFakes, backfillResult, days, type Fate } from '../../support/workflow/backfill-fakes.js';
import { inTurn } from '../../support/gateway/in-turn.js';
import { rejectsWith } from '../../support/rejects-with.js';
import { createRig, firstRunId, type Rig } from '../../support/workflow/workflow-rig.js';

const PARTS = { revision: 1, parts: 1, delivered: 0, signed: true } as const;

const fail = (type: string, message: string): never => {
  throw ApplicationFailure.nonRetryable(message, type);
};

describe('backfillJourneyMetrics', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  it('runs every slice once, each as a run of its own, and says what came out', async () => {
    const fake = backfillFakes();
    const { handle, result, progress } = await rig.run(fake.activities, async ({ backfill }) => {
      const started = await backfill(
        { ...BACKFILL, window: { timeZone: 'Europe/Berlin', settle: '1 hour' }, processing: { maxRows: 7 } },
        { workflowId: 'backfill-1', memo: { requester: 'ann' } },
      );
      return { handle: started, result: await started.result(), progress: await started.query('progress') };
    });
    const key = runKeyOf({ workflowId: 'backfill-1', firstExecutionRunId: firstRunId(handle) }).slice(0, 8);
    const range = { from: '2025-02-28T23:00:00Z', to: '2025-03-03T23:00:00Z' };
    const counts = {
      total: 3,
      completed: 3,
      unchanged: 0,
      undelivered: 0,
      failed: 0,
      running: 0,
      waiting: 0,
      halved: 0,
    };
    const rows = { returned: 210, delivered: 204, sent: 204 };
    assert.deepEqual(result, {
      workflowId: 'backfill-1',
      runId: firstRunId(handle),
      outcome: 'completed',
      timeZone: 'Europe/Berlin',
      range,
      slices: counts,
      rows,
      findings: { withWarnings: 0, withoutRows: 0, missing: 0 },
      failures: [],
      left: { slices: [] },
      partsOfBuckets: 0,
    });
    assert.deepEqual(progress, {
      phase: 'finished',
      width: 3,
      slices: counts,
      rows,
      findings: { withWarnings: 0, withoutRows: 0, missing: 0 },
      timeZone: 'Europe/Berlin',
      range,
      running: [],
      failures: 0,
    } satisfies BackfillProgress);

    const runs = fake.calls.planRun.toSorted((one, other) =>
      one.identity.workflowId.localeCompare(other.identity.workflowId),
    );
    assert.deepEqual(
      runs.map(({ identity }) => identity.workflowId),
      ['20250228T2300Z-20250301T2300Z', '20250301T2300Z-20250302T2300Z', '20250302T2300Z-20250303T2300Z'].map(
        (window) => `journey-acme-${window}-${key}`,
      ),
    );
    assert.deepEqual(runs[0]?.request, {
      org: 'acme',
      timeZone: 'Europe/Berlin',
      window: { settle: '1 hour' },
      processing: { maxRows: 7 },
      query: { ...BACKFILL.query, dateFrom: '2025-02-28T23:00:00Z', dateTo: '2025-03-01T23:00:00Z' },
    });
    assert.equal(fake.calls.planSlices.length, 1);
    assert.deepEqual(
      fake.calls.writeAudit.map(({ entry }) => entry.requester),
      Array<string>(3).fill('backfill backfill-1 for ann'),
      'one entry a run, none of the backfill',
    );
  });

  it('keeps as many runs under way as its width says, and never more', async () => {
    let together = (): void => undefined;
    const three = new Promise<void>((resolve) => {
      together = resolve;
    });
    const fake = backfillFakes(() => {
      if (fake.begun.length === 3) together();
      return three;
    });
    const { slices } = await backfillResult(rig, fake, { to: '2025-03-11', width: 3 });
    assert.equal(fake.most(), 3);
    assert.equal(slices.completed, 10);
    assert.deepEqual(new Set(fake.begun), new Set(days('2025-03-01', 10)));
    assert.equal(fake.begun.length, 10);
  });

  it('begins with the oldest, and goes back in time where it looks back', async () => {
    const forth = backfillFakes();
    await backfillResult(rig, forth, { width: 1 });
    assert.deepEqual(forth.begun, days('2025-03-01', 3));
    const back = backfillFakes();
    const { from, to, ...rest } = BACKFILL;
    const looking = { ...rest, window: { relative: 'yesterday' }, lookback: 3, width: 1 };
    const { range } = await rig.run(back.activities, async ({ backfill }) => (await backfill(looking)).result());
    assert.deepEqual(back.begun, days(range.from.slice(0, 10), 3).toReversed());
  });

  it('runs the slices that the request lists before it goes through the range', async () => {
    const fake = backfillFakes();
    const slices = [{ from: '2025-01-01', to: '2025-01-02' }];
    const result = await backfillResult(rig, fake, { slices, width: 1 });
    assert.deepEqual(fake.begun, [...days('2025-01-01', 1), ...days('2025-03-01', 3)]);
    assert.equal(result.slices.total, 4);
    assert.deepEqual(result.range, { from: '2025-01-01T00:00:00Z', to: '2025-03-04T00:00:00Z' });
  });

  it('counts what was unchanged, and lists what the receiver did not take', async () => {
    const syncWebhook = inTurn<SyncAnswer>(
      { ...PARTS, state: 'unchanged', delivered: 1 },
      { ...PARTS, state: 'failed', part: 0, reason: '410', permanent: true },
      { ...PARTS, state: 'delivered', delivered: 1 },
    );
    const fake = backfillFakes(undefined, { syncWebhook });
    const { outcome, slices, failures, rows } = await backfillResult(rig, fake, { width: 1 });
    assert.equal(outcome, 'incomplete');
    assert.deepEqual([slices.unchanged, slices.undelivered, slices.completed, slices.failed], [1, 1, 1, 0]);
    assert.deepEqual(
      failures.map(({ workflowId, ...told }) => told),
      [{ ...days('2025-03-02', 1)[0], type: 'Undelivered', message: '410' }],
    );
    assert.deepEqual(rows, { returned: 210, delivered: 204, sent: 68 });
  });

  it('lists the slices that failed, and runs the others', async () => {
    const message = `${'x'.repeat(70)} and more than there is room for`;
    const fake = backfillFakes(({ from }) => from.startsWith('2025-03-02') && fail('QueryRejected', message));
    const { outcome, slices, failures, left } = await backfillResult(rig, fake);
    assert.equal(outcome, 'incomplete');
    assert.deepEqual([slices.completed, slices.failed], [2, 1]);
    assert.deepEqual(left, { slices: [] });
    const [failure, ...others] = failures;
    assert.deepEqual(others, []);
    assert.match(failure?.workflowId ?? '', /^journey-acme-20250302T0000Z-20250303T0000Z-[0-9a-f]{8}$/);
    assert.deepEqual([failure?.type, failure?.message], ['QueryRejected', message.slice(0, 80)]);
  });

  const refuseAll: Fate = () => fail('Unauthorized', 'the source refuses the credentials');

  it('stops after so many failures that another slice would not mend it, and says what is left', async () => {
    const fake = backfillFakes(refuseAll);
    const result = await backfillResult(rig, fake, { to: '2025-05-01', width: 20 });
    assert.equal(result.outcome, 'incomplete');
    assert.equal(result.failures.length, FAILURES_MOST);
    assert.equal(fake.begun.length, FAILURES_MOST, 'no more than can be listed');
    assert.deepEqual(
      [result.slices.failed, result.slices.waiting, result.slices.total],
      [FAILURES_MOST, 61 - FAILURES_MOST, 61],
    );
    assert.deepEqual(result.left, {
      slices: [],
      range: { from: '2025-04-10T00:00:00Z', to: '2025-05-01T00:00:00Z' },
    });
    assert.ok(JSON.stringify(result).length < 16_384);
  });

  it('says one by one which windows of a lookback, and which listed ones, are left', async () => {
    const { from, to, ...rest } = BACKFILL;
    const looking = { ...rest, window: { relative: 'yesterday' }, lookback: FAILURES_MOST + 2 };
    const lookback = await rig.run(backfillFakes(refuseAll).activities, async ({ backfill }) =>
      (await backfill(looking)).result(),
    );
    const [oldest, second] = days(lookback.range.from.slice(0, 10), 2);
    assert.deepEqual(lookback.left, { slices: [second, oldest] });
    const slices = days('2024-01-01', FAILURES_MOST + 3);
    const listed = await backfillResult(rig, backfillFakes(refuseAll), { slices });
    assert.deepEqual(listed.left, {
      slices: slices.slice(FAILURES_MOST),
      range: { from: '2025-03-01T00:00:00Z', to: '2025-03-04T00:00:00Z' },
    });
    assert.equal(listed.slices.waiting, 6);
  });

  it('counts the slices that are shorter than a bucket: a short day of the clocks is none, a first half day is one', async () => {
    const spring = { timeZone: 'Europe/Berlin', from: '2025-03-29T12:00', to: '2025-04-01' };
    const daily = await backfillResult(rig, backfillFakes(), spring);
    assert.deepEqual([daily.slices.total, daily.partsOfBuckets], [3, 1]);
    const weekly = { query: { ...BACKFILL.query, timeGroupBy: 'week' as const } };
    const weeks = await backfillResult(rig, backfillFakes(), {
      ...spring,
      ...weekly,
      from: '2025-03-24',
      sliceBy: 'week',
    });
    assert.deepEqual(
      [weeks.slices.total, weeks.partsOfBuckets],
      [2, 1],
      'a week of 167 hours, and one day of the next',
    );
  });

  it('fails as InvalidRequest with every problem, and starts nothing', async () => {
    const fake = backfillFakes();
    const wrong = { ...BACKFILL, query: { metric: ['journeyCompletionRat'] }, timeZone: 'Mars/Olympus', width: 21 };
    await rig.run(fake.activities, async ({ backfill }) => {
      await rejectsWith((await backfill(wrong)).result(), 'InvalidRequest');
      await rejectsWith((await backfill(undefined, { args: [] })).result(), 'InvalidRequest');
    });
    // What is not an object never reaches an activity. Each refusal is audited once.
    assert.equal(fake.calls.planSlices.length, 1);
    assert.equal(fake.calls.planRun.length, 0);
    assert.deepEqual(
      fake.calls.writeAudit.map(({ entry }) => entry.kind),
      ['refused', 'refused'],
    );
  });
});
