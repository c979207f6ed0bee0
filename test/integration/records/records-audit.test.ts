import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Records } from '../../../src/records/open-records.js';
import { execute } from '../../support/records/postgres.js';
import { anEntry, aRun, AT, NOW, openFor, PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const postgres = postgresWithRecords();

async function linesOf({ auditLog }: Records): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  for await (const line of auditLog.export(PATIENCE)) lines.push(JSON.parse(line) as Record<string, unknown>);
  return lines;
}

test('makes of fifty appends at once, from two workers, a chain without a gap', async (t) => {
  const url = await postgres.database();
  const workers = await Promise.all([openFor(t, url), openFor(t, url)]);
  const appended = await Promise.all(
    Array.from({ length: 25 }, (_, index) =>
      workers.map(({ audit }, worker) => audit.append(`effect-${worker}-${index}`, anEntry(), PATIENCE)),
    ).flat(),
  );
  assert.deepEqual(
    appended.map(({ seq }) => seq).toSorted((a, b) => a - b),
    Array.from({ length: 50 }, (_, index) => index + 1),
  );
  const verified = await workers[0].auditLog.verify({}, PATIENCE);
  const [last] = appended.filter(({ seq }) => seq === 50).map(({ seq, hash }) => ({ seq, hash }));
  assert.deepEqual(verified, { ok: true, entries: 50, head: last });
  assert.ok(appended.every(({ isNew }) => isNew));
});

test('writes one entry per effect, and answers with the one that stands', async (t) => {
  const url = await postgres.database();
  const [one, two] = await Promise.all([openFor(t, url), openFor(t, url, { now: () => NOW + 1 })]);
  assert.equal(await one.audit.has('effect-1', PATIENCE), false);
  const again = anEntry({ latency_ms: 99_999, status: 'failed' });
  const answers = await Promise.all([
    one.audit.append('effect-1', anEntry(), PATIENCE),
    two.audit.append('effect-1', again, PATIENCE),
  ]);
  const [first, second] = answers;
  assert.deepEqual({ ...first, isNew: second.isNew }, second);
  assert.deepEqual(answers.map(({ isNew }) => isNew).sort(), [false, true], 'one of them has written it');
  assert.equal(await two.audit.has('effect-1', PATIENCE), true);
  assert.equal((await linesOf(one)).length, 1);
});

test("closes the run's record with its entry, for reconcile to leave it alone", async (t) => {
  const url = await postgres.database();
  const { runs, audit } = await openFor(t, url);
  const started = aRun({ startedAt: '2026-11-09T05:00:00.000Z' });
  await runs.open(started, PATIENCE);
  await runs.open(aRun({ runKey: 'other', startedAt: '2026-11-09T05:00:00.000Z' }), PATIENCE);
  await audit.append('effect-1', anEntry({ status: 'cancelled' }), PATIENCE);
  const open = await runs.unaudited(AT, 10, PATIENCE);
  assert.deepEqual(
    open.map(({ runKey }) => runKey),
    ['other'],
  );
  const closed = await execute(url, `SELECT outcome, finished_at FROM runs WHERE run_key = 'run-1'`);
  assert.deepEqual(closed, [{ outcome: 'cancelled', finished_at: new Date(anEntry().timestamp) }]);
});

test('does not count a run as unaudited whose record was opened after its entry', async (t) => {
  const { runs, audit } = await openFor(t, await postgres.database());
  await audit.append('effect-1', anEntry(), PATIENCE);
  await runs.open(aRun({ startedAt: '2026-11-09T05:00:00.000Z' }), PATIENCE);
  assert.deepEqual(await runs.unaudited(AT, 10, PATIENCE), []);
});

test('takes an entry of a run that failed before it had anything', async (t) => {
  const { audit, auditLog } = await openFor(t, await postgres.database());
  const bare = anEntry({
    queryId: null,
    accuracy_rate: null,
    rows_processed: 0,
    latency_ms: 0,
    status: 'failed',
    org: null,
    queryHash: null,
    window: null,
    rows: null,
    delivery: null,
    failureType: 'InvalidRequest',
    failureMessage: 'query.metric: "journeyCompletion\u2028Rate" is not known \ud83d\ude00 \ud800 \0',
  });
  await audit.append('effect-1', bare, PATIENCE);
  const [listed] = await auditLog.list({ limit: 1 }, PATIENCE);
  assert.equal(
    listed?.failureMessage,
    'query.metric: "journeyCompletion\u2028Rate" is not known \ud83d\ude00 \ufffd \ufffd',
  );
  assert.equal((await auditLog.verify({}, PATIENCE)).ok, true);
});

test('keeps numbers and instants in columns that agree with the text to the last digit', async (t) => {
  const { audit, auditLog } = await openFor(t, await postgres.database());
  const awkward = { accuracy_rate: 100 / 3, latency_ms: 0.1 + 0.2, timestamp: '1970-01-01T00:00:00.001Z' };
  await audit.append('effect-1', anEntry(awkward), PATIENCE);
  await audit.append(
    'effect-2',
    anEntry({ timestamp: '2026-11-09T07:00:00+01:00', rows_processed: 2 ** 52 }),
    PATIENCE,
  );
  const verified = await auditLog.verify({}, PATIENCE);
  assert.equal(verified.ok, true);
});

test('lists the newest first, within limits', async (t) => {
  const { audit, auditLog } = await openFor(t, await postgres.database());
  await audit.append('effect-1', anEntry({ timestamp: '2026-11-07T00:00:00.000Z' }), PATIENCE);
  await audit.append('effect-2', anEntry({ org: 'other', kind: 'reconciled', status: 'terminated' }), PATIENCE);
  const third = anEntry({ workflowId: 'journey-acme-3', series: 'fedcba9876543210' });
  const { hash } = await audit.append('effect-3', third, PATIENCE);
  const seqs = async (filter: Parameters<typeof auditLog.list>[0]): Promise<number[]> =>
    (await auditLog.list(filter, PATIENCE)).map(({ seq }) => seq);
  assert.deepEqual(await seqs({ limit: 10 }), [3, 2, 1]);
  assert.deepEqual(await seqs({ limit: 2 }), [3, 2]);
  assert.deepEqual(await seqs({ limit: 10, since: '2026-11-08T00:00:00Z' }), [3, 2]);
  assert.deepEqual(await seqs({ limit: 10, org: 'acme' }), [3, 1]);
  assert.deepEqual(await seqs({ limit: 10, workflowId: 'journey-acme-3' }), [3]);
  assert.deepEqual(await seqs({ limit: 10, series: 'fedcba9876543210' }), [3]);
  assert.deepEqual(await auditLog.list({ limit: 1 }, PATIENCE), [
    {
      ...third,
      seq: 3,
      effectId: 'effect-3',
      recordedAt: AT,
      hash,
      outcome: 'completed',
      startedAt: '2026-11-09T05:57:59.000Z',
    },
  ]);
});

test('exports lines that anybody can verify with SHA-256 alone', async (t) => {
  const records = await openFor(t, await postgres.database());
  for (const effect of ['a', 'b', 'c']) await records.audit.append(effect, anEntry(), PATIENCE);
  let prevHash = '0'.repeat(64);
  let seq = 0;
  for await (const line of records.auditLog.export(PATIENCE)) {
    seq += 1;
    const { groups } = /^\{"entry":(?<text>\{.*\}),"hash":"(?<hash>\w+)","prevHash":"(?<prev>\w+)"\}$/.exec(line) ?? {};
    assert.ok(groups);
    assert.equal(groups['prev'], prevHash);
    assert.equal(
      groups['hash'],
      createHash('sha256')
        .update(`${prevHash}\n${groups['text'] ?? ''}`)
        .digest('hex'),
    );
    assert.equal((JSON.parse(groups['text'] ?? '') as { seq: number }).seq, seq);
    prevHash = groups['hash'] ?? '';
  }
  assert.equal(seq, 3);
  assert.deepEqual(await records.auditLog.checkpoint(PATIENCE), { version: 1, seq: 3, hash: prevHash, at: AT });
});

test('verifies and exports a trail of several batches', async (t) => {
  const url = await postgres.database();
  const records = await openFor(t, url);
  const count = 1_003;
  for (let sent = 0; sent < count; sent += 17) {
    const effects = Array.from({ length: Math.min(17, count - sent) }, (_, index) => `effect-${sent + index}`);
    await Promise.all(effects.map((effect) => records.audit.append(effect, anEntry(), PATIENCE)));
  }
  const verified = await records.auditLog.verify({}, PATIENCE);
  assert.equal(verified.ok && verified.entries, count);
  assert.equal((await linesOf(records)).length, count);
});

test('verifies an empty trail, also against its checkpoint', async (t) => {
  const { audit, auditLog } = await openFor(t, await postgres.database());
  const checkpoint = await auditLog.checkpoint(PATIENCE);
  assert.deepEqual(checkpoint, { version: 1, seq: 0, hash: '0'.repeat(64), at: AT });
  await audit.append('effect-1', anEntry(), PATIENCE);
  assert.equal((await auditLog.verify({ checkpoint }, PATIENCE)).ok, true);
});
