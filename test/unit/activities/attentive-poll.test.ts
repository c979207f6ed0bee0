import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { attentively } from '../../../src/activities/aggregate/query/attentive-poll.js';
import type { PollAnswer, PollResultInput } from '../../../src/activities/aggregate/query/poll-result.js';
import { STILL_RUNNING } from '../../../src/contract/values/names.js';
import { CxoneError } from '../../../src/sources/http/errors.js';

const INPUT: PollResultInput = {
  take: { runKey: '0'.repeat(32), generation: 1, take: 0 },
  org: 'acme',
  source: 'analytics',
  ticket: '/api/v2/reporting/analytics/results/1',
  queryId: 'q',
  keys: { dateKey: 'date', metrics: ['rate'], dimensions: [] },
  ageMs: 2_000,
  attentiveUntilMs: 60_000,
  collect: false,
  lastReading: false,
};
const RUNS: PollAnswer = { state: 'later', reason: 'running' };

/** What the poll is told and says, as the given attempt, so long after the first. */
async function attempt(
  answer: PollAnswer | Error,
  { number = 1, sinceFirstMs = 0, ...change }: Partial<PollResultInput> & { number?: number; sinceFirstMs?: number } = {},
) {
  const heard: PollResultInput[] = [];
  const poll = attentively((input) => {
    heard.push(input);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  const times = { scheduledTimestampMs: 1_000, currentAttemptScheduledTimestampMs: 1_000 + sinceFirstMs };
  const said = await new MockActivityEnvironment({ attempt: number, ...times })
    .run(poll, { ...INPUT, ...change })
    .catch((error: unknown) => error);
  return { said, ageMs: heard[0]?.ageMs };
}

const isRetry = (said: unknown): boolean => said instanceof ApplicationFailure && said.type === STILL_RUNNING;

describe('a poll of a young query', () => {
  it('is made again by Temporal in 2 s while the query runs, and alarms nobody', async () => {
    const { said } = await attempt(RUNS);
    assert.ok(said instanceof ApplicationFailure);
    assert.deepEqual(
      [said.type, said.nonRetryable, said.nextRetryDelay, said.category],
      [STILL_RUNNING, false, 2_000, ApplicationFailureCategory.BENIGN],
    );
  });

  it('knows the age of the query at each attempt, by the clock of the server', async () => {
    assert.equal((await attempt(RUNS, { number: 4, sinceFirstMs: 6_100 })).ageMs, 8_100);
  });

  it('says how often the source was asked', async () => {
    const gone: PollAnswer = { state: 'gone', reason: '404' };
    assert.deepEqual((await attempt(gone, { number: 3, sinceFirstMs: 4_000 })).said, { ...gone, polls: 3 });
    assert.deepEqual((await attempt(gone)).said, gone);
  });

  it('returns to the workflow after a minute, near the deadline, and where the source has a wish or names the query', async () => {
    const late = { number: 30, sinceFirstMs: 58_000 };
    assert.deepEqual((await attempt(RUNS, late)).said, { ...RUNS, polls: 30 });
    assert.ok(isRetry((await attempt(RUNS, { ...late, sinceFirstMs: 57_999 })).said));
    assert.deepEqual((await attempt(RUNS, { attentiveUntilMs: 2_000 })).said, RUNS);
    for (const answer of [
      { ...RUNS, retryAfterMs: 7_000 },
      { state: 'later', reason: 'rate limited' },
    ] as const) {
      assert.deepEqual((await attempt(answer)).said, answer);
    }
    const named: PollAnswer = { ...RUNS, queryId: 'q' };
    assert.deepEqual((await attempt(named, { queryId: null })).said, named);
    assert.ok(isRetry((await attempt(named)).said), 'the name is known');
  });

  it('leaves a failure after other polls to the workflow, so that back-off counts failures only', async () => {
    const reset = new CxoneError('UpstreamUnavailable', 'The connection broke.', { operation: 'poll' });
    const again = { number: 20, sinceFirstMs: 40_000 };
    assert.deepEqual((await attempt(reset, again)).said, { state: 'later', reason: 'unavailable', polls: 20 });
    assert.equal((await attempt(reset)).said, reset);
    const refused = new CxoneError('Forbidden', 'Not for you.', { operation: 'poll' });
    assert.equal((await attempt(refused, again)).said, refused);
  });
});
