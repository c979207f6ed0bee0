import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Claim, LedgerRevision } from '../../../src/ports/index.js';
import { atOnce } from '../../support/records/postgres.js';
import {
  ACKNOWLEDGED,
  aClaim,
  AT,
  NOW,
  openFor,
  parts,
  PATIENCE,
  postgresWithRecords,
  REFUSED,
} from '../../support/records/records.js';

const postgres = postgresWithRecords();
const KEY = { deliveryId: 'delivery-1', revision: 1 };
const LATER = new Date(NOW + 60_000).toISOString();

const revisionsOf = (claims: readonly LedgerRevision[]): number[] =>
  claims.map(({ revision }) => revision).toSorted((a, b) => a - b);

test('gives the first claim revision 1, and says everything that was claimed', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  const { runKey, workflowId: _workflowId, at: _at, rowHash: _rowHash, compare: _compare, ...asked } = aClaim();
  const { output: _output, ...claimed } = asked;
  const revision = await ledger.claim(aClaim(), PATIENCE);
  const found = {
    revision: 1,
    claimedBy: runKey,
    claimedAt: '2026-11-09T06:00:00.000Z',
    deliveredBy: null,
    parts: null,
    report: null,
    unexplained: { before: null },
  };
  assert.deepEqual(revision, { ...claimed, ...found });
});

test('says of a revision what it is to be compared with, until its causes are kept: those of the first caller', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  const at = { deliveryId: 'delivery-1', revision: 2 };
  await ledger.claim(aClaim(), PATIENCE);
  // An unchanged reading, whose rows are kept for longer.
  const output = { scope: 'runs/run-2', sha256: 'output-b', bytes: 2 };
  await ledger.claim(aClaim({ runKey: 'run-2', output }), PATIENCE);
  const changed = aClaim({ runKey: 'run-3', contentHash: 'content-b', rowHash: 'rows-b' });
  const before = { contentHash: 'content-a', rowHash: 'rows-a', output };
  assert.deepEqual((await ledger.claim(changed, PATIENCE)).unexplained, { before });
  assert.deepEqual((await ledger.claim(changed, PATIENCE)).unexplained, { before }, 'a worker may die before it says');
  await ledger.explain(at, { causes: [{ cause: 'settled', count: 1 }], contacts: null }, PATIENCE);
  await ledger.explain(at, { causes: [], contacts: null }, PATIENCE);
  assert.equal((await ledger.claim(changed, PATIENCE)).unexplained, undefined);
});

test('gives twenty runs that claim the same content at once one revision', async (t) => {
  const url = await postgres.database();
  const workers = await Promise.all([openFor(t, url), openFor(t, url)]);
  const claims = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      workers.map(({ ledger }, worker) => ledger.claim(aClaim({ runKey: `run-${worker}-${index}` }), PATIENCE)),
    ).flat(),
  );
  assert.deepEqual(
    revisionsOf(claims),
    Array.from({ length: 20 }, () => 1),
  );
  assert.equal(new Set(claims.map(({ claimedBy }) => claimedBy)).size, 1);
});

test('gives twenty runs with different content at once twenty revisions, without a gap', async (t) => {
  const url = await postgres.database();
  const workers = await Promise.all([openFor(t, url), openFor(t, url)]);
  const claims = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      workers.map(({ ledger }, worker) => {
        const name = `${worker}-${index}`;
        return ledger.claim(aClaim({ runKey: `run-${name}`, contentHash: `content-${name}` }), PATIENCE);
      }),
    ).flat(),
  );
  assert.deepEqual(
    revisionsOf(claims),
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});

test('adopts nothing of a ledger that knows less than has gone out, not even the claim of the same run', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  const claim = async (runKey: string, sent: number): Promise<number> =>
    (await ledger.claim(aClaim({ runKey, sent }), PATIENCE)).revision;
  assert.equal(await claim('run-1', 0), 1);
  await ledger.fixParts(KEY, parts(1), PATIENCE);
  assert.equal(await claim('run-1', 1), 1);
  assert.equal(await claim('run-1', 4), 5);
  await ledger.fixParts({ ...KEY, revision: 5 }, parts(1, 'fifth', 5), PATIENCE);
  assert.equal(await claim('run-1', 5), 5);
  assert.equal(await claim('run-2', 5), 5);
});

test('compares with the latest revision only: content that comes back is news', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  const claim = async (runKey: string, contentHash: string): Promise<number> =>
    (await ledger.claim(aClaim({ runKey, contentHash }), PATIENCE)).revision;
  assert.equal(await claim('run-1', 'a'), 1);
  assert.equal(await claim('run-2', 'b'), 2);
  assert.equal(await claim('run-3', 'a'), 3);
  assert.equal(await claim('run-4', 'a'), 3);
});

test('compares what was asked for, or the rows where the claim says so', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  let runs = 0;
  const claim = async (contentHash: string, rowHash: string, compare: Claim['compare']): Promise<number> =>
    (await ledger.claim(aClaim({ runKey: `run-${(runs += 1)}`, contentHash, rowHash, compare }), PATIENCE)).revision;
  assert.equal(await claim('a', 'rows-1', 'requested'), 1);
  assert.equal(await claim('a', 'rows-2', 'requested'), 1, 'what nobody asked for has changed');
  assert.equal(await claim('a', 'rows-1', 'row'), 1);
  assert.equal(await claim('a', 'rows-2', 'row'), 2);
  assert.equal(await claim('b', 'rows-3', 'requested'), 3);
  assert.equal(await claim('b', 'rows-3', 'row'), 3, 'every revision has both hashes');
});

test('answers a run that claims again with its revision, whatever came after', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  const adopter = aClaim({ runKey: 'run-2', queryId: 'query-2' });
  await ledger.claim(aClaim(), PATIENCE);
  await ledger.claim(adopter, PATIENCE);
  await ledger.claim(aClaim({ runKey: 'run-3', contentHash: 'content-b' }), PATIENCE);
  const again = await ledger.claim(adopter, PATIENCE);
  assert.equal(again.revision, 1);
  assert.equal(again.queryId, 'query-1', 'an adopted revision keeps its own query, as its stored bytes do');
  assert.equal((await ledger.claim(aClaim({ contentHash: 'content-c' }), PATIENCE)).revision, 1);
});

test('refuses a claim on a delivery of another organisation', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  await ledger.claim(aClaim(), PATIENCE);
  const foreign = ledger.claim(aClaim({ runKey: 'run-2', org: 'other' }), PATIENCE);
  await assert.rejects(foreign, { failureType: 'RecordsConflict', message: /another organisation/ });
});

test('lets the parts that were fixed first stand, also when two workers fix at once', async (t) => {
  const url = await postgres.database();
  const workers = await Promise.all([openFor(t, url), openFor(t, url)]);
  const [{ ledger }] = workers;
  await ledger.claim(aClaim(), PATIENCE);
  const fixers = workers.map(
    (worker, index) => () => worker.ledger.fixParts(KEY, parts(3, `worker-${index}`), PATIENCE),
  );
  const [fixed, again] = await atOnce(url, 'INSERT ON delivery_parts', fixers);
  assert.deepEqual(again, fixed);
  assert.deepEqual((await ledger.findAll(KEY, PATIENCE))[0]?.parts, fixed);
  const winner = fixed?.[0]?.body.sha256.startsWith('worker-0') === true ? 'worker-0' : 'worker-1';
  assert.deepEqual(
    fixed,
    parts(3, winner).map((part) => ({ ...part, deliveredAt: null })),
  );
});

test('refuses parts of no revision, no parts, and parts with a gap', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  const refused = { failureType: 'RecordsConflict' };
  await assert.rejects(ledger.fixParts(KEY, parts(1), PATIENCE), refused);
  await ledger.claim(aClaim(), PATIENCE);
  await assert.rejects(ledger.fixParts(KEY, [], PATIENCE), refused);
  await assert.rejects(ledger.fixParts(KEY, parts(3).slice(1), PATIENCE), refused);
  assert.equal((await ledger.findAll(KEY, PATIENCE))[0]?.parts, null);
});

test('marks a part with the first acknowledgement, and the revision with the last one missing', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  await ledger.claim(aClaim(), PATIENCE);
  await ledger.fixParts(KEY, parts(2), PATIENCE);
  const record = (runKey: string, part: number, at: string): Promise<void> =>
    ledger.recordAnswer({ ...KEY, runKey, attempt: 1, part }, ACKNOWLEDGED, at, PATIENCE);
  await record('run-1', 1, AT);
  await record('run-1', 1, LATER);
  assert.equal((await ledger.findAll(KEY, PATIENCE))[0]?.deliveredBy, null);
  await record('run-2', 0, LATER);
  await record('run-3', 0, LATER);
  const [found] = await ledger.findAll(KEY, PATIENCE);
  assert.equal(found?.deliveredBy, 'run-2');
  assert.equal(found.latestDelivered, 1);
  assert.deepEqual(
    found.parts?.map(({ deliveredAt }) => deliveredAt),
    [LATER, AT],
  );
});

test('closes a revision whose last two parts are acknowledged at once', async (t) => {
  const url = await postgres.database();
  const { ledger } = await openFor(t, url);
  await ledger.claim(aClaim(), PATIENCE);
  await ledger.fixParts(KEY, parts(2), PATIENCE);
  const acknowledge = (part: number) => () =>
    ledger.recordAnswer({ ...KEY, runKey: 'run-1', attempt: 1, part }, ACKNOWLEDGED, AT, PATIENCE);
  await atOnce(url, 'UPDATE ON delivery_revisions', [acknowledge(0), acknowledge(1)]);
  assert.equal((await ledger.findAll(KEY, PATIENCE))[0]?.deliveredBy, 'run-1');
});

test('answers a crashed attempt with the failure on record, and no other attempt or run', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  await ledger.claim(aClaim(), PATIENCE);
  await ledger.fixParts(KEY, parts(2), PATIENCE);
  const attempt = { ...KEY, runKey: 'run-1', attempt: 3 };
  await ledger.recordAnswer({ ...attempt, part: 0 }, ACKNOWLEDGED, AT, PATIENCE);
  assert.equal(await ledger.answerOf(attempt, PATIENCE), null);
  await ledger.recordAnswer({ ...attempt, part: 1 }, REFUSED, AT, PATIENCE);
  const late = { delivered: false, reason: 'timeout', permanent: true };
  await ledger.recordAnswer({ ...attempt, part: 1 }, late, LATER, PATIENCE);
  assert.deepEqual(await ledger.answerOf(attempt, PATIENCE), { ...REFUSED, part: 1 });
  assert.equal(await ledger.answerOf({ ...attempt, attempt: 4 }, PATIENCE), null);
  assert.equal(await ledger.answerOf({ ...attempt, runKey: 'run-2' }, PATIENCE), null);
});

test('takes an acknowledgement for true also where a failure of the same attempt is on record', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  await ledger.claim(aClaim(), PATIENCE);
  await ledger.fixParts(KEY, parts(1), PATIENCE);
  const attempt = { ...KEY, runKey: 'run-1', attempt: 1, part: 0 };
  const silence = { delivered: false, reason: 'timeout', permanent: false };
  await ledger.recordAnswer(attempt, silence, AT, PATIENCE);
  await ledger.recordAnswer(attempt, ACKNOWLEDGED, LATER, PATIENCE);
  assert.equal((await ledger.findAll(KEY, PATIENCE))[0]?.deliveredBy, 'run-1');
  assert.deepEqual(await ledger.answerOf(attempt, PATIENCE), { ...silence, part: 0 });
});

test('refuses an answer for a part that is not in the ledger', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  await ledger.claim(aClaim(), PATIENCE);
  const record = ledger.recordAnswer({ ...KEY, runKey: 'run-1', attempt: 1, part: 0 }, ACKNOWLEDGED, AT, PATIENCE);
  await assert.rejects(record, { failureType: 'RecordsConflict', message: /contradicts/ });
});
