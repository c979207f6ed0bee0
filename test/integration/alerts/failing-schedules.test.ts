import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { beginDays, CREATED, DAY_MS, dayOf, failDays, HOUR_MS, type Day } from '../../support/records/expected-days.js';
import { PATIENCE, postgresWithRecords } from '../../support/records/records.js';

suite('schedules that only fail', () => {
  const postgres = postgresWithRecords();
  const begin = async (t: TestContext, options?: Parameters<typeof beginDays>[2]): Promise<Day> =>
    beginDays(t, await postgres.database(), options);

  test('a schedule whose last seven runs failed is paused once: by its note, the audit trail and an alert', async (t) => {
    const day = await begin(t);
    await failDays(day, -1, 6);
    await day.pause(CREATED + 6 * DAY_MS);
    assert.deepEqual(day.pauses, []);
    await failDays(day, 5, 1);
    for (const hour of [0, 1, 2]) await day.pause(CREATED + 6 * DAY_MS + (7 + hour) * HOUR_MS);
    assert.deepEqual(day.pauses, ['nightly']);
    assert.match(
      day.schedules.get('nightly')?.note ?? '',
      /its last 7 runs failed \(Unauthorized\).*schedules resume nightly/,
    );
    const paused = (await day.all()).filter(({ event }) => event === 'schedule.paused');
    assert.deepEqual(
      paused.map(({ about }) => about.schedule),
      ['nightly'],
    );
    const entries = await day.records.auditLog.list({ limit: 99 }, PATIENCE);
    assert.deepEqual(
      entries.filter(({ kind }) => kind === 'paused').map(({ workflowId }) => workflowId),
      ['schedule-paused-nightly'],
    );
    assert.equal((await day.records.auditLog.verify({}, PATIENCE)).ok, true);
  });

  test('a worker that died after the pause and before its record: the next one records it', async (t) => {
    const day = await begin(t);
    await failDays(day, -1, 7);
    const [standing] = day.schedules.values();
    assert.ok(standing);
    day.schedules.set('nightly', { ...standing, paused: true, note: 'paused by the worker: its last 7 runs failed' });
    await day.pause(CREATED + 7 * DAY_MS);
    assert.deepEqual(day.pauses, []);
    assert.equal((await day.all()).filter(({ event }) => event === 'schedule.paused').length, 1);
  });

  test('a pause by a person is left alone; after a resume failures count from there on', async (t) => {
    const day = await begin(t);
    await failDays(day, -1, 7);
    const [standing] = day.schedules.values();
    assert.ok(standing);
    day.schedules.set('nightly', { ...standing, paused: true, note: 'BI moves house' });
    await day.pause(CREATED + 7 * DAY_MS);
    assert.deepEqual([day.pauses, (await day.all()).some(({ event }) => event === 'schedule.paused')], [[], false]);
    day.schedules.set('nightly', standing);
    await day.pause(CREATED + 7 * DAY_MS);
    assert.deepEqual(day.pauses, ['nightly']);
    day.schedules.set('nightly', standing);
    await failDays(day, 6, 6);
    await day.pause(CREATED + 13 * DAY_MS);
    assert.deepEqual(day.pauses, ['nightly']);
    await failDays(day, 12, 1);
    await day.pause(CREATED + 14 * DAY_MS);
    assert.deepEqual(day.pauses, ['nightly', 'nightly']);
  });

  test('one run with figures, undelivered ones, and the word never keep a schedule going', async (t) => {
    const day = await begin(t);
    await failDays(day, -1, 4);
    await day.run(dayOf(3), 'completed');
    await failDays(day, 4, 4);
    await day.pause(CREATED + 9 * DAY_MS);
    const undelivered = await begin(t);
    for (let n = -1; n < 9; n += 1) await undelivered.run(dayOf(n), 'undelivered');
    await undelivered.pause(CREATED + 10 * DAY_MS);
    const never = await begin(t, { rules: { pauseAfter: { hour: 24, day: 'never', week: 4, month: 3 } } });
    await failDays(never, -1, 20);
    await never.pause(CREATED + 30 * DAY_MS);
    assert.deepEqual([day.pauses, undelivered.pauses, never.pauses], [[], [], []]);
  });
});
