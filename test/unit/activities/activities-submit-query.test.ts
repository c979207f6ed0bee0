import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { Accepted, Later, SourceRules, SubmissionStart, Submissions } from '../../../src/ports/index.js';
import { submitQuery } from '../../../src/activities/aggregate/query/submit-query.js';
import { effectIdOf } from '../../../src/contract/values/ids.js';
import { CxoneError } from '../../../src/sources/http/errors.js';
import { PLAN } from '../../support/workflow/fake-activities.js';
import { aDirectory, aSource } from '../../support/sources/directory.js';
import { aGate } from '../../support/sources/gates.js';
import { runActivity, STILL } from '../../support/run-activity.js';

const ACCEPTED: Accepted = { state: 'accepted', ticket: '/api/v2/reporting/analytics/results/1', queryId: 'q' };
const SEND: SubmissionStart = { state: 'send', suspectedOrphans: 0 };

function world(
  start: SubmissionStart,
  replies: Accepted | Later | Error | (Accepted | Later | Error)[],
  lostSubmission: SourceRules['lostSubmission'] = 'orphan',
) {
  const settled: string[] = [];
  const keys: string[] = [];
  const source = aSource({
    rules: { ...aSource().rules, lostSubmission },
    submit: ({ idempotencyKey }) => {
      const reply = [replies].flat()[keys.length] ?? new Error('nobody expected a further submission');
      keys.push(idempotencyKey);
      return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
    },
  });
  const submissions: Submissions = {
    find: () => Promise.resolve(null),
    begin: () => Promise.resolve(start),
    settle: (_key, { state }) => {
      settled.push(state);
      return Promise.resolve();
    },
  };
  const scrub = (text: string): string => text.replaceAll('hunter2', '[redacted]');
  const activity = submitQuery({
    directory: aDirectory({ source }),
    gate: aGate(),
    submissions,
    ambient: STILL,
    scrub,
  });
  const input = {
    runKey: PLAN.runKey,
    org: 'acme',
    source: 'analytics',
    query: PLAN.query,
    generation: 1,
    priority: 1,
  } as const;
  return { settled, keys, submit: () => runActivity(activity, input) };
}

const broken = (effect: 'none' | 'unknown'): CxoneError =>
  new CxoneError('UpstreamUnavailable', 'the connection broke', { operation: 'submit', effect });

describe('submitQuery', () => {
  it('records what was accepted before it answers', async () => {
    const { submit, settled, keys } = world(SEND, ACCEPTED);
    assert.deepEqual(await submit(), {
      state: 'submitted',
      ticket: ACCEPTED.ticket,
      queryId: 'q',
      submittedAt: '2026-11-10T00:00:00.000Z',
    });
    assert.deepEqual(settled, ['submitted']);
    assert.deepEqual(keys, [effectIdOf(PLAN.runKey, 'submit', 1)]);
  });

  it('asks for the name of a query once more, under the same key, where the answer that names it broke off', async () => {
    const cut: Accepted = { ...ACCEPTED, queryId: null, broken: true };
    const cases: [Accepted | Later | Error, string | null, string[]][] = [
      [ACCEPTED, 'q', ['submitted', 'submitted']],
      [cut, null, ['submitted', 'submitted']],
      [{ ...ACCEPTED, ticket: '/another', queryId: 'another' }, null, ['submitted', 'submitted']],
      [{ state: 'later', reason: 'submission outstanding' }, null, ['submitted', 'refused']],
      [broken('unknown'), null, ['submitted', 'unknown']],
      [broken('none'), null, ['submitted', 'refused']],
    ];
    for (const [second, queryId, outcomes] of cases) {
      const { submit, settled, keys } = world(SEND, [cut, second]);
      const answer = await submit();
      assert.deepEqual(answer.state === 'submitted' && [answer.ticket, answer.queryId], [ACCEPTED.ticket, queryId]);
      assert.deepEqual(settled, outcomes);
      assert.deepEqual(new Set(keys), new Set([effectIdOf(PLAN.runKey, 'submit', 1)]));
      assert.equal(keys.length, 2);
    }
    const once = world(SEND, [cut], 'ambiguous');
    await once.submit();
    assert.equal(once.keys.length, 1, 'what must not be sent twice is not');
  });

  it('sends nothing where the record knows the query', async () => {
    const known = {
      state: 'submitted',
      ticket: '/known',
      queryId: 'q',
      submittedAt: '2026-11-09T00:00:00Z',
    } as const;
    const { submit, keys } = world(known, ACCEPTED);
    assert.deepEqual(await submit(), known);
    assert.deepEqual(keys, []);
  });

  it('records a 429 or 503 as refused: nothing runs upstream', async () => {
    const later: Later = { state: 'later', reason: 'rate limited', retryAfterMs: 3_000 };
    const { submit, settled } = world(SEND, later);
    assert.deepEqual(await submit(), later);
    assert.deepEqual(settled, ['refused']);
  });

  it('records a lost answer as unknown, and asks to come back within five seconds', async () => {
    const { submit, settled } = world(SEND, broken('unknown'));
    const answer = await submit();
    assert.ok(
      answer.state === 'later' && answer.reason === 'submission unknown' && (answer.retryAfterMs ?? 9_999) <= 5_000,
    );
    assert.deepEqual(settled, ['unknown']);
  });

  it('records a connection that never came about as refused, and leaves the retry to Temporal', async () => {
    const { submit, settled } = world(SEND, broken('none'));
    await assert.rejects(submit(), { failureType: 'UpstreamUnavailable' });
    assert.deepEqual(settled, ['refused']);
  });

  it('records a submission that got no token as refused: it was never sent, and is no suspected orphan', async () => {
    const noToken = new CxoneError('UpstreamUnavailable', 'no token', { operation: 'token', effect: 'unknown' });
    const { submit, settled } = world(SEND, noToken);
    await assert.rejects(submit(), { failureType: 'UpstreamUnavailable' });
    assert.deepEqual(settled, ['refused']);
  });

  it('gives up after five suspected orphans, with nothing more sent', async () => {
    const { submit, keys } = world({ state: 'ambiguous', suspectedOrphans: 5 }, ACCEPTED);
    await assert.rejects(
      submit(),
      (error) =>
        error instanceof ApplicationFailure && error.type === 'SubmissionAmbiguous' && error.nonRetryable === true,
    );
    assert.deepEqual(keys, []);
  });

  for (const ticket of ['x'.repeat(2_048), 'é'.repeat(1_024), '/results/1?token=hunter2'])
    it(`keeps no ticket that is too long or holds a secret: ${ticket.slice(-20)}`, async () => {
      const { submit, settled } = world(SEND, { ...ACCEPTED, ticket });
      await assert.rejects(
        submit(),
        (error) =>
          error instanceof ApplicationFailure && error.type === 'InvalidLocation' && !error.message.includes('hunter2'),
      );
      assert.deepEqual(settled, ['unknown'], 'a query may run upstream');
    });

  it('keeps a ticket of one byte less', async () => {
    const { submit, settled } = world(SEND, { ...ACCEPTED, ticket: 'x'.repeat(2_047) });
    assert.equal((await submit()).state, 'submitted');
    assert.deepEqual(settled, ['submitted']);
  });

  it('hands on when the source wants to be asked first', async () => {
    const answer = await world(SEND, { ...ACCEPTED, retryAfterMs: 30_000 }).submit();
    assert.equal(answer.retryAfterMs, 30_000);
  });

  it('sends nothing twice that must not be, and takes what is harmless for refused', async () => {
    const once = world(SEND, broken('unknown'), 'ambiguous');
    await assert.rejects(once.submit(), { type: 'SubmissionAmbiguous' });
    const crashed = world({ state: 'send', suspectedOrphans: 1 }, ACCEPTED, 'ambiguous');
    await assert.rejects(crashed.submit(), { type: 'SubmissionAmbiguous' });
    assert.deepEqual([once.settled, crashed.keys], [['unknown'], []]);
    const harmless = world(SEND, broken('unknown'), 'harmless');
    await assert.rejects(harmless.submit(), { failureType: 'UpstreamUnavailable' });
    assert.deepEqual(harmless.settled, ['refused']);
  });
});
