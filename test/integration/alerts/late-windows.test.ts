import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { beginDays, CREATED, DAY_MS, HOUR_MS, type Day } from '../../support/records/expected-days.js';
import { PATIENCE, postgresWithRecords } from '../../support/records/records.js';

suite('what schedules should have read', () => {
  const postgres = postgresWithRecords();
  const begin = async (t: TestContext, options?: Parameters<typeof beginDays>[2]): Promise<Day> =>
    beginDays(t, await postgres.database(), options);

  test('is late two hours after it was due, once, however often one looks', async (t) => {
    const day = await begin(t);
    await day.look('2026-11-02T06:59:00+01:00');
    assert.deepEqual(await day.alerts(), ['window.late 2026-10-31'], 'of the start on the day of its creation');
    for (const minute of ['01', '06', '11']) await day.look(`2026-11-02T07:${minute}:00+01:00`);
    assert.deepEqual(await day.alerts(), ['window.late 2026-10-31', 'window.late 2026-11-01']);
  });

  test('has recovered once it is there, and is told so once', async (t) => {
    const day = await begin(t);
    await day.look('2026-11-01T08:00:00+01:00');
    await day.run('2026-10-31', 'completed');
    for (const minute of ['05', '10']) await day.look(`2026-11-01T08:${minute}:00+01:00`);
    assert.deepEqual(await day.alerts(), ['window.late 2026-10-31', 'window.recovered 2026-10-31']);
    assert.deepEqual(await day.records.alerts.list({ limit: 9, isOpen: true }, PATIENCE), []);
  });

  test('that is there in time, or whose run has failed, is not late; one that is under way is', async (t) => {
    const day = await begin(t);
    await day.run('2026-10-31', 'completed');
    await day.run('2026-11-01', 'failed');
    await day.run('2026-11-02', 'undelivered');
    await day.run('2026-11-03');
    await day.look('2026-11-04T09:00:00+01:00');
    const late = (await day.all()).filter(({ event }) => event === 'window.late');
    assert.deepEqual(
      late.map(({ about }) => about.window?.label),
      ['2026-11-03'],
    );
    assert.match(late[0]?.what ?? '', /its run run-2026-11-03 has not ended/);
  });

  test('is found where the schedule is paused, was deleted outside, or started nothing, and the alert says which', async (t) => {
    const day = await begin(t);
    const said = async (): Promise<string> => (await day.all())[0]?.what ?? '';
    await day.look('2026-11-01T08:00:00+01:00');
    assert.match(await said(), /the schedule nightly has started no run/);
    const [standing] = day.schedules.values();
    assert.ok(standing);
    day.schedules.set('nightly', { ...standing, paused: true, note: 'BI moves house' });
    await day.look('2026-11-02T08:00:00+01:00');
    assert.match(await said(), /the schedule nightly is paused \(BI moves house\)/);
    day.schedules.clear();
    await day.look('2026-11-03T08:00:00+01:00');
    assert.match(await said(), /the schedule nightly is not in Temporal any more/);
    assert.equal((await day.all()).length, 3);
  });

  test('is expected no more once a person retired the schedule, and what was late of it is over', async (t) => {
    const day = await begin(t);
    await day.look('2026-11-01T08:00:00+01:00');
    await day.records.expectations.retire('nightly', Date.parse('2026-11-01T12:00:00+01:00'), PATIENCE);
    await day.look('2026-11-05T08:00:00+01:00');
    assert.deepEqual(await day.alerts(), ['window.late 2026-10-31']);
    assert.deepEqual(await day.records.alerts.list({ limit: 9, isOpen: true }, PATIENCE), []);
  });

  test('of an hourly schedule over a day without a worker is found whole, and told twice', async (t) => {
    const day = await begin(t, { windows: { every: 'hour', at: ':05', relative: 'today-so-far', timeZone: 'UTC' } });
    await day.look(CREATED + DAY_MS + 2 * HOUR_MS);
    const late = (await day.all()).filter(({ event }) => event === 'window.late');
    assert.ok(late.length >= 22, `${late.length} hours`);
    assert.deepEqual(
      late
        .filter(({ told }) => told)
        .map(({ number }) => number)
        .toSorted((a, b) => a - b),
      [1, 10],
    );
    assert.equal(new Set(late.map(({ id }) => id)).size, late.length);
  });

  test('is late after its settling and the time that configuration allows', async (t) => {
    const rules = { lateAfterMs: HOUR_MS };
    const day = await begin(t, { windows: { settleMs: 8 * HOUR_MS }, rules });
    await day.look('2026-11-01T08:59:00+01:00');
    assert.deepEqual(await day.alerts(), []);
    await day.look('2026-11-01T09:00:00+01:00');
    assert.deepEqual(await day.alerts(), ['window.late 2026-10-31']);
  });
});
