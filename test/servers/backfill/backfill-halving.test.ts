import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { PollAnswer } from '../../../src/activities/aggregate/query/poll-result.js';
import { FAILURES_MOST } from '../../../src/contract/limits.js';
import type { TimeRange } from '../../../src/contract/request/backfill.js';
import { backfillFakes, backfillResult, days } from '../../support/workflow/backfill-fakes.js';
import { DATASET } from '../../support/workflow/fake-activities.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const HOUR_MS = 3_600_000;

const hoursOf = ({ from, to }: TimeRange): number => (Date.parse(to) - Date.parse(from)) / HOUR_MS;

const inOrder = (windows: readonly TimeRange[]): TimeRange[] =>
  windows.toSorted((one, other) => Date.parse(one.from) - Date.parse(other.from));

/** Windows that cover a range without a gap and without an overlap. */
function assertTiles(windows: readonly TimeRange[], { from, to }: TimeRange): void {
  const sorted = inOrder(windows);
  assert.deepEqual([sorted[0]?.from, sorted.at(-1)?.to], [from, to]);
  for (const [index, window] of sorted.entries()) assert.equal(window.to, sorted[index + 1]?.from ?? to);
}

const failure = (type: string, ...details: unknown[]): never => {
  throw ApplicationFailure.nonRetryable('too much', type, ...details);
};

/** A source that caps whatever is longer than so many hours. */
const cappedAbove = (hours: number) => (window: TimeRange) =>
  hoursOf(window) > hours && failure('IncompleteResult', { capped: true });

describe('slices that are too much for the source', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  it('are halved until they fit, and every hour of the range is delivered once', async () => {
    const fake = backfillFakes(cappedAbove(7));
    const result = await backfillResult(rig, fake);
    const { slices, outcome, failures, partsOfBuckets } = result;
    assert.deepEqual([outcome, failures.length], ['completed', 0]);
    // A day of 24 hours becomes four of six: three slices too many a day.
    assert.deepEqual([slices.total, slices.completed, slices.halved], [12, 12, 9]);
    assert.equal(partsOfBuckets, 12);
    assertTiles(
      fake.begun.filter((window) => hoursOf(window) <= 7),
      result.range,
    );
    assert.equal(fake.begun.length, 21);
  });

  it('are followed by their halves, before anything else is begun', async () => {
    const fake = backfillFakes(cappedAbove(12));
    await backfillResult(rig, fake, { width: 1 });
    const lengths = fake.begun.map(hoursOf);
    assert.deepEqual(lengths, [24, 12, 12, 24, 12, 12, 24, 12, 12]);
    assert.deepEqual(inOrder(fake.begun.slice(0, 3)), [
      fake.begun[0],
      { from: '2025-03-01T00:00:00Z', to: '2025-03-01T12:00:00Z' },
      { from: '2025-03-01T12:00:00Z', to: '2025-03-02T00:00:00Z' },
    ]);
  });

  it('are found by what the run itself says of a result that was read three times', async () => {
    const capped: PollAnswer = { state: 'defective', type: 'IncompleteResult', message: '9 of 12 rows', capped: true };
    const whole: PollAnswer = { state: 'complete', dataset: DATASET };
    const fake = backfillFakes(undefined, {
      pollResult: () => Promise.resolve(fake.calls.pollResult.length <= 3 ? capped : whole),
    });
    const { slices } = await backfillResult(rig, fake, { to: '2025-03-02' });
    assert.deepEqual([slices.total, slices.completed, slices.halved], [2, 2, 1]);
    assert.deepEqual(fake.begun.map(hoursOf), [24, 12, 12]);
  });

  it('are also those whose query was still seen running at its deadline, and no others', async () => {
    const late = (seenRunning: boolean) =>
      backfillFakes((window) => hoursOf(window) > 12 && failure('QueryDeadlineExceeded', { seenRunning }));
    const { slices, outcome } = await backfillResult(rig, late(true), { to: '2025-03-02' });
    assert.deepEqual([outcome, slices.total, slices.completed, slices.halved], ['completed', 2, 2, 1]);
    const unseen = await backfillResult(rig, late(false), { to: '2025-03-02' });
    assert.deepEqual([unseen.outcome, unseen.slices.total, unseen.slices.halved], ['incomplete', 1, 0]);
  });

  it('are cut at the days of the zone', async () => {
    const fake = backfillFakes(cappedAbove(25));
    const spring = { timeZone: 'Europe/Berlin', from: '2025-03-24', to: '2025-03-31', sliceBy: 'week' };
    const result = await backfillResult(rig, fake, spring);
    assert.equal(result.outcome, 'completed');
    const delivered = fake.begun.filter((window) => hoursOf(window) <= 25);
    assertTiles(delivered, result.range);
    assert.deepEqual(inOrder(delivered).map(hoursOf), [24, 24, 24, 24, 24, 24, 23]);
    assert.equal(result.partsOfBuckets, 0);
  });

  it('fail where they are an hour and cannot be halved: a capped slice never counts as complete', async () => {
    const fake = backfillFakes(({ from, to }) => {
      const holds =
        Date.parse(from) <= Date.parse('2025-03-02T05:00:00Z') && Date.parse(to) > Date.parse('2025-03-02T05:00:00Z');
      return holds && failure('IncompleteResult', { capped: true });
    });
    const { outcome, failures, slices } = await backfillResult(rig, fake);
    assert.equal(outcome, 'incomplete');
    assert.deepEqual(
      failures.map(({ from, to, type }) => ({ from, to, type })),
      [{ from: '2025-03-02T05:00:00Z', to: '2025-03-02T06:00:00Z', type: 'IncompleteResult' }],
    );
    assert.deepEqual([slices.failed, slices.completed], [1, slices.total - 1]);
  });

  it('are not those that fail for another reason', async () => {
    const fake = backfillFakes(({ from }) =>
      from.startsWith('2025-03-01') ? failure('IncompleteResult', { capped: false }) : failure('IncompleteResult'),
    );
    const { slices } = await backfillResult(rig, fake);
    assert.deepEqual([slices.failed, slices.halved], [3, 0]);
    assert.equal(fake.calls.halveSlice.length, 0);
  });

  it('fail as they did where halving them fails, too', async () => {
    const fake = backfillFakes(cappedAbove(12), { halveSlice: () => failure('Unexpected') });
    const { failures } = await backfillResult(rig, fake, { to: '2025-03-02' });
    assert.deepEqual(
      failures.map(({ type }) => type),
      ['IncompleteResult'],
    );
  });

  it('are left in one piece where the backfill stops, as far as they have not been delivered', async () => {
    const slices = [...days('2025-01-01', FAILURES_MOST - 1), ...days('2025-02-25', 1)];
    const fake = backfillFakes((window) => {
      const fits = window.from < '2025-02-25' || hoursOf(window) <= 6;
      return fits ? failure('Unauthorized') : cappedAbove(6)(window);
    });
    const { left, failures } = await backfillResult(rig, fake, { slices, width: 1 });
    assert.deepEqual(failures.at(-1)?.to, '2025-02-25T06:00:00Z');
    assert.deepEqual(left, {
      slices: [{ from: '2025-02-25T06:00:00Z', to: '2025-02-26T00:00:00Z' }],
      range: { from: '2025-03-01T00:00:00Z', to: '2025-03-04T00:00:00Z' },
    });
  });
});
