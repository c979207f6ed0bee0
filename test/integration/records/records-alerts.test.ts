import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Alert, AuditEntry, NewAlert } from '../../../src/ports/index.js';
import type { Records } from '../../../src/records/open-records.js';
import {
  ACKNOWLEDGED,
  aClaim,
  anEntry,
  aRun,
  AT,
  NOW,
  openFor,
  parts,
  PATIENCE,
  postgresWithRecords,
  REFUSED,
} from '../../support/records/records.js';

const DAY_MS = 86_400_000;
const KEY = { deliveryId: 'delivery-1', revision: 1, part: 0, runKey: 'run-1' };

suite('alerts in the records', () => {
  const postgres = postgresWithRecords();
  const listed = (records: Records): Promise<readonly Alert[]> => records.alerts.list({ limit: 1_000 }, PATIENCE);
  const events = async (records: Records): Promise<readonly string[]> =>
    (await listed(records)).map(({ event }) => event).toSorted();
  const append = (records: Records, over: Partial<AuditEntry>, effectId = over.runKey ?? 'run-1'): Promise<unknown> =>
    records.audit.append(effectId, anEntry(over), PATIENCE);
  const NEW: NewAlert = {
    event: 'schema.changed',
    key: ['s', 1],
    org: 'acme',
    what: 'Other fields',
    about: {},
    fold: ['s'],
  };

  test('a run that fails is one alert, however often its entry is written, by several workers at once', async (t) => {
    const url = await postgres.database();
    const workers = await Promise.all([openFor(t, url), openFor(t, url)]);
    const failed = { status: 'failed', failureType: 'Unauthorized', failureMessage: 'refused' } as const;
    await Promise.all([0, 1, 2, 3, 4].flatMap(() => workers.map((records) => append(records, failed))));
    const [records] = workers;
    assert.ok(records);
    const [alert, ...others] = await listed(records);
    assert.deepEqual(others, []);
    assert.deepEqual([alert?.event, alert?.told, alert?.number], ['run.failed', true, 1]);
    assert.match(alert?.what ?? '', /failed with Unauthorized: refused/);
    assert.equal(alert?.about.workflowId, 'journey-acme-1');
  });

  test('an entry that is not written leaves no alert', async (t) => {
    const records = await openFor(t, await postgres.database());
    const unwritable = anEntry({ status: 'failed', rows_processed: -1.5 });
    await assert.rejects(records.audit.append('run-1', unwritable, PATIENCE));
    assert.deepEqual(await listed(records), []);
  });

  test('every end of a run that gives no figures is told; a cancelled one and a good one are not', async (t) => {
    const records = await openFor(t, await postgres.database());
    const ends = ['failed', 'timed-out', 'terminated', 'undelivered', 'cancelled', 'completed', 'unchanged'] as const;
    for (const [index, status] of ends.entries()) {
      const window = { ...anEntry().window, from: `2026-10-0${index + 1}T00:00:00Z` } as AuditEntry['window'];
      await append(records, { runKey: status, status, window });
    }
    assert.deepEqual(await events(records), ['run.failed', 'run.failed', 'run.failed', 'run.undelivered']);
  });

  test('a run that reads the same window to its end closes the alert of the one that failed', async (t) => {
    const records = await openFor(t, await postgres.database());
    await append(records, { runKey: 'run-1', status: 'failed' });
    assert.equal((await records.alerts.list({ limit: 9, isOpen: true }, PATIENCE)).length, 1);
    await append(records, { runKey: 'run-2', status: 'completed' });
    assert.deepEqual(await records.alerts.list({ limit: 9, isOpen: true }, PATIENCE), []);
  });

  test('a delivery that fails a third time is one alert of its revision, closed once it is delivered', async (t) => {
    const records = await openFor(t, await postgres.database());
    await records.ledger.claim(aClaim(), PATIENCE);
    await records.ledger.fixParts({ deliveryId: 'delivery-1', revision: 1 }, parts(1), PATIENCE);
    const answer = (attempt: number, answered = REFUSED): Promise<void> =>
      records.ledger.recordAnswer({ ...KEY, attempt }, answered, AT, PATIENCE);
    for (const attempt of [1, 2]) await answer(attempt);
    assert.deepEqual(await listed(records), []);
    for (const attempt of [3, 3, 4]) await answer(attempt);
    const [alert, ...others] = await listed(records);
    assert.deepEqual([alert?.event, alert?.endedAt, others.length], ['delivery.struggling', null, 0]);
    assert.match(alert?.what ?? '', /Attempt 3 to deliver to bi failed: 503/);
    await answer(5, ACKNOWLEDGED);
    assert.equal((await listed(records))[0]?.endedAt, AT);
  });

  test('the circuit that opens and the one that closes are an alert each, also of the next opening', async (t) => {
    const url = await postgres.database();
    const workers = await Promise.all([openFor(t, url), openFor(t, url)]);
    const [records] = workers;
    assert.ok(records);
    const limits = { consecutive503: 3, openMs: 1 };
    const ask = async (worker: Records, outcome: 'answered' | 'unavailable'): Promise<void> => {
      const admitted = await worker.admission('acme', limits).admit(PATIENCE);
      if (admitted.state === 'admitted') await admitted.done(outcome);
    };
    const all = workers.flatMap((worker) => [worker, worker, worker]);
    await Promise.all(all.map((worker) => ask(worker, 'unavailable')));
    assert.deepEqual(await events(records), ['source.down']);
    for (let n = 0; n < 50 && (await events(records)).length < 2; n += 1) await ask(records, 'answered');
    assert.deepEqual(await events(records), ['source.down', 'source.up']);
    assert.deepEqual(await records.alerts.list({ limit: 9, isOpen: true }, PATIENCE), []);
    for (const worker of all) await ask(worker, 'unavailable');
    assert.deepEqual(await events(records), ['source.down', 'source.down', 'source.up']);
  });

  test('a window without rows is told only if the same weekday had rows in the four weeks before', async (t) => {
    const records = await openFor(t, await postgres.database());
    const read = async (day: string, returned: number, hours = 24): Promise<void> => {
      const from = new Date(`${day}T00:00:00+01:00`);
      const to = new Date(from.getTime() + hours * 3_600_000).toISOString();
      const window = { from: from.toISOString(), to, timeZone: 'Europe/Berlin', label: day };
      const runKey = `${day}-${hours}`;
      await records.runs.open(aRun({ runKey, deliveryId: runKey, window, workflowId: runKey }), PATIENCE);
      await append(records, {
        runKey,
        workflowId: runKey,
        window,
        rows: { returned, kept: returned, delivered: returned },
      });
    };
    // A Monday, a week of Mondays later; Sundays never have rows.
    await read('2026-11-02', 10);
    await read('2026-11-08', 0);
    assert.deepEqual(await events(records), []);
    await read('2026-11-09', 0);
    const [alert] = await listed(records);
    assert.deepEqual([alert?.event, alert?.about.window?.label], ['data.empty', '2026-11-09']);
    // Five weeks after the last Monday with rows nobody is surprised any more, nor by an hour of another length.
    await read('2026-12-07', 0);
    await read('2026-11-16', 0, 24 * 14);
    assert.deepEqual(await events(records), ['data.empty']);
    await read('2026-11-30', 0);
    assert.deepEqual(await events(records), ['data.empty', 'data.empty']);
  });

  test('repetitions of one matter are folded, and twenty at once are counted one by one', async (t) => {
    const url = await postgres.database();
    const workers = await Promise.all([openFor(t, url), openFor(t, url)]);
    const [records] = workers;
    assert.ok(records);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (workers[n % 2] ?? records).alerts.raise({ ...NEW, key: ['s', n] }, AT, PATIENCE),
      ),
    );
    const all = await listed(records);
    const numbers = all.map(({ number }) => number).toSorted((one, other) => one - other);
    assert.deepEqual(
      numbers,
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
    const told = all.filter((alert) => alert.told).map(({ number }) => number);
    assert.deepEqual(
      told.toSorted((one, other) => one - other),
      [1, 10],
    );
    assert.equal((await records.alerts.waiting(50, PATIENCE)).length, 2);
    await records.alerts.raise({ ...NEW, key: ['s', 'next day'] }, new Date(NOW + DAY_MS).toISOString(), PATIENCE);
    assert.equal((await records.alerts.waiting(50, PATIENCE)).length, 3);
  });

  test('the end of a matter is told where the matter was', async (t) => {
    const records = await openFor(t, await postgres.database());
    const late = (n: number): NewAlert => ({ ...NEW, event: 'window.late', key: [n], until: ['late', n] });
    const back = (n: number): NewAlert => ({ ...NEW, event: 'window.recovered', key: [n], fold: [n] });
    for (const n of [1, 2]) await records.alerts.raise(late(n), AT, PATIENCE);
    for (const n of [1, 1, 2, 3]) await records.alerts.end(['late', n], back(n), AT, PATIENCE);
    const all = await listed(records);
    assert.deepEqual(all.map(({ event, told }) => `${event} ${told}`).toSorted(), [
      'window.late false',
      'window.late true',
      'window.recovered true',
    ]);
    assert.ok(all.every(({ endable, endedAt }) => !endable || endedAt !== null));
  });
});
