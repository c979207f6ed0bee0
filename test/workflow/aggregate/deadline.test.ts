import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../../src/activities/index.js';
import type { PollAnswer } from '../../../src/activities/aggregate/query/poll-result.js';
import type { FailureType } from '../../../src/contract/failures.js';
import type { RunPlan } from '../../../src/contract/run.js';
import { fakeActivities, PLAN } from '../../support/workflow/fake-activities.js';
import { inTurn } from '../../support/gateway/in-turn.js';
import { rejectsWith } from '../../support/rejects-with.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DEADLINE_MS = 90 * MINUTE_MS;
/** What was under way at the deadline may take its time; and steps take real time. */
const GRACE_MS = 30 * SECOND_MS + 5 * SECOND_MS;

const plannedFor =
  (deadlineMs: number): Activities['planRun'] =>
  (): Promise<RunPlan> =>
    Promise.resolve({ ...PLAN, deadlineMs });

const unreachable = (): never => {
  const nextRetryDelay = '1 minute';
  throw ApplicationFailure.create({ message: 'connection refused', type: 'UpstreamUnavailable', nextRetryDelay });
};

interface Case {
  readonly activities: Partial<Activities>;
  readonly type: FailureType;
  readonly message: RegExp;
  readonly deadlineMs?: number;
}

const LATE = 'QueryDeadlineExceeded';
const RATE_LIMITED = { state: 'later', reason: 'rate limited', retryAfterMs: 60 * MINUTE_MS } as const;
const RUNNING: PollAnswer = { state: 'later', reason: 'running' };
const DEFECTIVE: PollAnswer = { state: 'defective', type: 'MalformedResponse', message: 'HTML with 200' };

const CASES: Readonly<Record<string, Case>> = {
  'says that the query runs': {
    activities: { pollResult: inTurn(RUNNING) },
    type: LATE,
    message: /after \d+ polls; last: running/,
  },
  'answers every poll with 429 and an hour of Retry-After': {
    activities: { pollResult: inTurn<PollAnswer>(RATE_LIMITED) },
    type: LATE,
    message: /after 3 polls; last: rate limited/,
  },
  'answers every poll with 503': {
    activities: { pollResult: inTurn<PollAnswer>({ state: 'later', reason: 'unavailable' }) },
    type: LATE,
    message: /last: unavailable/,
  },
  'does not find the young query': {
    activities: { pollResult: inTurn<PollAnswer>({ state: 'later', reason: 'not ready yet' }) },
    type: LATE,
    message: /last: not ready yet/,
    deadlineMs: 45 * SECOND_MS,
  },
  'sends a defective result, the third reading of which would come too late': {
    activities: { pollResult: inTurn<PollAnswer>(RATE_LIMITED, DEFECTIVE) },
    type: LATE,
    message: /after 3 polls; last: HTML with 200/,
    deadlineMs: 61 * MINUTE_MS,
  },
  'sends a defective result three times before it': {
    activities: { pollResult: inTurn(DEFECTIVE) },
    type: 'MalformedResponse',
    message: /read 3 times/,
  },
  'answers every submission with 429': {
    activities: { submitQuery: inTurn(RATE_LIMITED) },
    type: LATE,
    message: /after 0 polls; last: rate limited/,
  },
  'refuses the connection of every poll': {
    activities: { pollResult: unreachable },
    type: 'UpstreamUnavailable',
    message: /connection refused/,
  },
  'refuses the connection of every submission': {
    activities: { submitQuery: unreachable },
    type: 'UpstreamUnavailable',
    message: /connection refused/,
  },
  'refuses the connection of every request for a token': {
    activities: { fetchToken: unreachable },
    type: 'UpstreamUnavailable',
    message: /connection refused/,
  },
};

describe('the deadline of a run', () => {
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  for (const [source, { activities, type, message, deadlineMs = DEADLINE_MS }] of Object.entries(CASES)) {
    it(`bounds the wait, with a typed failure and an audit entry, where the source ${source}`, async () => {
      const fake = fakeActivities({ planRun: plannedFor(deadlineMs), ...activities });
      await rig.run(fake.activities, async ({ start }) => rejectsWith((await start()).result(), type, message));
      const [audit, ...others] = fake.calls.writeAudit;
      assert.deepEqual([audit?.entry.status, audit?.entry.failureType, others.length], ['failed', type, 0]);
      assert.match(audit?.entry.failureMessage ?? '', message);
      const latencyMs = audit?.entry.latency_ms ?? Infinity;
      assert.ok(latencyMs <= deadlineMs + GRACE_MS, `${latencyMs} ms`);
      if (type === LATE) assert.ok(latencyMs >= deadlineMs, `${latencyMs} ms`);
    });
  }

  it('submits nothing any more: neither what was refused until then, nor what is gone at the last poll', async () => {
    const refused = fakeActivities({ planRun: plannedFor(DEADLINE_MS), submitQuery: inTurn(RATE_LIMITED) });
    await rig.run(refused.activities, async ({ start }) => rejectsWith((await start()).result(), LATE));
    assert.equal(refused.calls.submitQuery.length, 2, 'at once, and after the hour that was asked for');

    const gone = fakeActivities({
      planRun: plannedFor(DEADLINE_MS),
      pollResult: inTurn<PollAnswer>(RATE_LIMITED, RATE_LIMITED, { state: 'gone', reason: '410' }),
    });
    await rig.run(gone.activities, async ({ start }) => rejectsWith((await start()).result(), LATE, /gone \(410\)/));
    assert.equal(gone.calls.submitQuery.length, 1);
  });
});
