import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SubmitAnswer } from '../../../src/activities/aggregate/query/submit-query.js';
import { fakeActivities, PLAN } from '../../support/workflow/fake-activities.js';
import { rejectsWith } from '../../support/rejects-with.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DEADLINE_MS = HOUR_MS;
/** Steps take real time. */
const SLACK_MS = 60_000;
/** Longer than the gate says, so that days have few steps. */
const WAIT: SubmitAnswer = { state: 'later', reason: 'waiting for its turn', ahead: 2, retryAfterMs: 2 * HOUR_MS };

/** Of the run before, by the clock of Temporal. */
function lengthMs({ recorded }: Rig): number {
  const times = (recorded.at(-1)?.events ?? []).map(({ eventTime }) => Date.parse(eventTime));
  return Math.max(...times) - Math.min(...times);
}

describe('a run whose turn at the organisation does not come', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  const planRun = (): Promise<typeof PLAN> =>
    Promise.resolve({ ...PLAN, source: { ...PLAN.source, gated: true }, deadlineMs: DEADLINE_MS });

  it('ends as NoTurn after 7 days, however short its deadline is, and says how many were ahead', async () => {
    const fake = fakeActivities({ planRun, submitQuery: () => Promise.resolve(WAIT) });
    await rig.run(fake.activities, async ({ start }) => {
      await rejectsWith((await start()).result(), 'NoTurn', /its turn did not come in 7 days \(2 ahead\)/);
    });
    const tookMs = lengthMs(rig);
    assert.ok(tookMs >= 7 * DAY_MS && tookMs <= 7 * DAY_MS + SLACK_MS, `${tookMs / HOUR_MS} h`);
    assert.deepEqual(
      fake.calls.writeAudit.map(({ entry }) => [entry.status, entry.failureType]),
      [['failed', 'NoTurn']],
    );
  });

  it('has its whole deadline once the turn comes, and no more than that for a turn after a lost query', async () => {
    let asked = 0;
    const submitQuery = (): Promise<SubmitAnswer> => {
      asked += 1;
      const submitted = {
        state: 'submitted',
        ticket: '/results/1',
        queryId: null,
        submittedAt: '2026-11-01T00:00:00Z',
      } as const;
      return Promise.resolve(asked === 13 ? submitted : WAIT);
    };
    const fake = fakeActivities({
      planRun,
      submitQuery,
      pollResult: () => Promise.resolve({ state: 'gone', reason: '410' }),
    });
    await rig.run(fake.activities, async ({ start }) => {
      const end = (await start()).result();
      await rejectsWith(end, 'QueryDeadlineExceeded', /no result within the deadline/);
    });
    const tookMs = lengthMs(rig);
    const dueMs = 12 * 2 * HOUR_MS + DEADLINE_MS;
    assert.ok(tookMs >= dueMs && tookMs <= dueMs + SLACK_MS, `${tookMs / HOUR_MS} h`);
  });
});
