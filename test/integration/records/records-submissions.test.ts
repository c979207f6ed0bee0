import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SubmissionStart } from '../../../src/ports/index.js';
import { SUSPECTED_ORPHANS_AT_MOST } from '../../../src/records/runs/submissions.js';
import { execute } from '../../support/records/postgres.js';
import { aRun, AT, NOW, openFor, PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const postgres = postgresWithRecords();

const KEY = { runKey: 'run-1', generation: 1 };
const BEGIN = { ...KEY, idempotencyKey: 'key-1', mayOrphan: true };
const SUBMITTED = {
  state: 'submitted',
  ticket: '/api/v2/reporting/results/1',
  queryId: 'query-1',
  submittedAt: AT,
} as const;

test('answers a second begin after a crash with one suspected orphan, on record', async (t) => {
  const url = await postgres.database();
  const { submissions } = await openFor(t, url);
  assert.deepEqual(await submissions.begin(BEGIN, AT, PATIENCE), { state: 'send', suspectedOrphans: 0 });
  assert.deepEqual(await submissions.begin(BEGIN, AT, PATIENCE), { state: 'send', suspectedOrphans: 1 });
  const orphans = await execute(url, 'SELECT run_key, generation, idempotency_key, reason FROM submission_orphans');
  assert.deepEqual(orphans, [{ run_key: 'run-1', generation: 1, idempotency_key: 'key-1', reason: 'crashed' }]);
});

test('suspects no orphan after a refusal, and one after no answer', async (t) => {
  const { submissions } = await openFor(t, await postgres.database());
  await submissions.begin(BEGIN, AT, PATIENCE);
  await submissions.settle(KEY, { state: 'refused' }, PATIENCE);
  assert.deepEqual(await submissions.begin(BEGIN, AT, PATIENCE), { state: 'send', suspectedOrphans: 0 });
  await submissions.settle(KEY, { state: 'unknown' }, PATIENCE);
  assert.deepEqual(await submissions.begin(BEGIN, AT, PATIENCE), { state: 'send', suspectedOrphans: 1 });
});

test('answers with the ticket once there is one, to every generation its own', async (t) => {
  const { submissions } = await openFor(t, await postgres.database());
  await submissions.begin(BEGIN, AT, PATIENCE);
  await submissions.settle(KEY, SUBMITTED, PATIENCE);
  assert.deepEqual(await submissions.begin(BEGIN, AT, PATIENCE), SUBMITTED);
  const next = { ...BEGIN, generation: 2, idempotencyKey: 'key-2' };
  assert.deepEqual(await submissions.begin(next, AT, PATIENCE), { state: 'send', suspectedOrphans: 0 });
});

test('sends nothing more once five submissions may have been accepted', async (t) => {
  const { submissions } = await openFor(t, await postgres.database());
  for (let sent = 0; sent < 5; sent += 1) {
    assert.deepEqual(await submissions.begin(BEGIN, AT, PATIENCE), { state: 'send', suspectedOrphans: sent });
    if (sent % 2 === 0) await submissions.settle(KEY, { state: 'unknown' }, PATIENCE);
  }
  for (let again = 0; again < 2; again += 1) {
    assert.deepEqual(await submissions.begin(BEGIN, AT, PATIENCE), { state: 'ambiguous', suspectedOrphans: 5 });
  }
  await submissions.settle(KEY, SUBMITTED, PATIENCE);
  assert.deepEqual(await submissions.begin(BEGIN, AT, PATIENCE), SUBMITTED);
});

test('keeps the first ticket whatever a zombie says later, and records the query that nobody waits for', async (t) => {
  const url = await postgres.database();
  const { submissions } = await openFor(t, url);
  await submissions.begin(BEGIN, AT, PATIENCE);
  await submissions.settle(KEY, SUBMITTED, PATIENCE);
  await submissions.settle(KEY, { state: 'refused' }, PATIENCE);
  await submissions.settle(KEY, { state: 'unknown' }, PATIENCE);
  await submissions.settle(KEY, { ...SUBMITTED, submittedAt: new Date(NOW + 1).toISOString() }, PATIENCE);
  await submissions.settle(KEY, { ...SUBMITTED, ticket: '/api/v2/reporting/results/2' }, PATIENCE);
  assert.deepEqual(await submissions.begin(BEGIN, AT, PATIENCE), SUBMITTED);
  const orphans = await execute(url, 'SELECT reason, ticket FROM submission_orphans');
  assert.deepEqual(orphans, [{ reason: 'second-ticket', ticket: '/api/v2/reporting/results/2' }]);
});

test('a second submission for the name of a query is on record until its answer is', async (t) => {
  const unnamed = { ...SUBMITTED, queryId: null, naming: true };
  const cases = [
    [SUBMITTED, 'query-1', []],
    [{ ...SUBMITTED, ticket: '/second' }, null, ['second-ticket']],
    [{ state: 'refused' }, null, []],
    [{ state: 'unknown' }, null, ['no-answer']],
    [undefined, null, ['crashed']],
  ] as const;
  for (const [answer, queryId, reasons] of cases) {
    const url = await postgres.database();
    const { submissions } = await openFor(t, url);
    await submissions.begin(BEGIN, AT, PATIENCE);
    await submissions.settle(KEY, unnamed, PATIENCE);
    if (answer) await submissions.settle(KEY, answer, PATIENCE);
    for (let again = 0; again < 2; again += 1) {
      assert.deepEqual(await submissions.begin(BEGIN, AT, PATIENCE), { ...SUBMITTED, queryId });
    }
    const orphans = await execute(url, 'SELECT reason FROM submission_orphans');
    assert.deepEqual(
      orphans.map(({ reason }) => String(reason)),
      reasons,
    );
  }
});

test('suspects nothing after a crash where a lost submission runs nothing upstream', async (t) => {
  const { submissions } = await openFor(t, await postgres.database());
  const harmless = { ...BEGIN, mayOrphan: false };
  for (let crash = 0; crash < 7; crash += 1) {
    assert.deepEqual(await submissions.begin(harmless, AT, PATIENCE), { state: 'send', suspectedOrphans: 0 });
  }
});

test('finds the query that was accepted, and nothing before', async (t) => {
  const { submissions } = await openFor(t, await postgres.database());
  assert.equal(await submissions.find(KEY, PATIENCE), null);
  await submissions.begin(BEGIN, AT, PATIENCE);
  assert.equal(await submissions.find(KEY, PATIENCE), null);
  await submissions.settle(KEY, SUBMITTED, PATIENCE);
  const { state: _state, ...found } = SUBMITTED;
  assert.deepEqual(await submissions.find(KEY, PATIENCE), found);
});

test('refuses another idempotency key for a generation, and a settlement of nothing', async (t) => {
  const { submissions } = await openFor(t, await postgres.database());
  await assert.rejects(submissions.settle(KEY, SUBMITTED, PATIENCE), { failureType: 'RecordsConflict' });
  await submissions.begin(BEGIN, AT, PATIENCE);
  const other = submissions.begin({ ...BEGIN, idempotencyKey: 'key-2' }, AT, PATIENCE);
  await assert.rejects(other, { failureType: 'RecordsConflict', message: /another idempotency key/ });
});

test('lets five of twenty attempts that begin at once send, and all four before the last be suspected', async (t) => {
  const url = await postgres.database();
  const workers = await Promise.all([openFor(t, url), openFor(t, url)]);
  const starts = await Promise.all(
    Array.from({ length: 10 }, () => workers.map(({ submissions }) => submissions.begin(BEGIN, AT, PATIENCE))).flat(),
  );
  const sends = starts.filter(({ state }) => state === 'send');
  assert.deepEqual(
    sends.map((start) => 'suspectedOrphans' in start && start.suspectedOrphans).toSorted(),
    [0, 1, 2, 3, 4],
  );
  assert.equal(starts.filter(({ state }) => state === 'ambiguous').length, 15);
});

test('counts, in any order of events, no more orphans than sends, and never loses a ticket', async (t) => {
  const { submissions } = await openFor(t, await postgres.database());
  const event = fc.constantFrom('begin', 'begin', 'refused', 'unknown', 'submitted');
  let generation = 0;
  const property = fc.asyncProperty(fc.array(event, { maxLength: 16 }), async (events) => {
    generation += 1;
    const key = { runKey: 'any', generation };
    const begin = (): Promise<SubmissionStart> =>
      submissions.begin({ ...key, idempotencyKey: `key-${generation}`, mayOrphan: true }, AT, PATIENCE);
    await begin();
    let sends = 1;
    let submitted = false;
    for (const what of events) {
      if (what === 'begin') {
        const start = await begin();
        assert.equal(start.state === 'submitted', submitted);
        if (start.state !== 'submitted') assert.ok(start.suspectedOrphans <= sends);
        if (start.state === 'send') sends += 1;
      } else {
        await submissions.settle(key, what === 'submitted' ? SUBMITTED : { state: what }, PATIENCE);
        submitted ||= what === 'submitted';
      }
    }
    const refusals = events.filter((what) => what === 'refused').length;
    assert.ok(sends <= SUSPECTED_ORPHANS_AT_MOST + refusals);
  });
  await fc.assert(property, { numRuns: 40 });
});

test('opens a run once, and lists those that were never audited', async (t) => {
  const { runs } = await openFor(t, await postgres.database());
  const early = aRun({ runKey: 'early', startedAt: '2026-11-08T06:00:00.000Z', requester: 'lone \ud800 and NUL \0' });
  const run = aRun({ startedAt: '2026-11-09T05:00:00.000Z' });
  await runs.open(run, PATIENCE);
  await runs.open(early, PATIENCE);
  await runs.open({ ...run, requester: 'somebody else' }, PATIENCE);
  await runs.open(aRun({ runKey: 'late', startedAt: AT }), PATIENCE);
  const stored = { ...early, requester: 'lone \ufffd and NUL \ufffd' };
  assert.deepEqual(await runs.unaudited(AT, 10, PATIENCE), [stored, run]);
  assert.deepEqual(await runs.unaudited(AT, 1, PATIENCE), [stored]);
});
