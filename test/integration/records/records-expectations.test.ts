import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Expectation, ExpectedWindows } from '../../../src/ports/index.js';
import type { Records } from '../../../src/records/open-records.js';
import { NOW, openFor, PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const HOUR_MS = 3_600_000;
const NIGHTLY: ExpectedWindows = {
  org: 'acme',
  source: 'analytics',
  series: '0123456789abcdef',
  destination: 'bi',
  timeZone: 'Europe/Berlin',
  every: 'day',
  at: '05:00',
  relative: 'yesterday',
  settleMs: 0,
};

suite('what schedules are to read', () => {
  const postgres = postgresWithRecords();
  const note = (records: Records, nowMs: number, over: Partial<ExpectedWindows> = {}): Promise<void> =>
    records.expectations.note(
      { scheduleId: 'nightly', createdMs: NOW - HOUR_MS, windows: [{ ...NIGHTLY, ...over }] },
      nowMs,
      PATIENCE,
    );
  const expected = async (records: Records): Promise<readonly string[]> => {
    const [facts] = await records.coverage.read({}, PATIENCE);
    const texts = (facts?.expectations ?? []).map(
      ({ at, sinceMs, untilMs }: Expectation) => `${at} ${sinceMs - NOW} ${untilMs === null ? 'on' : untilMs - NOW}`,
    );
    return texts.toSorted();
  };

  test('is expected since the schedule was created, once however often it is noted', async (t) => {
    const records = await openFor(t, await postgres.database());
    await Promise.all([note(records, NOW), note(records, NOW), note(records, NOW + 5)]);
    assert.deepEqual(await expected(records), [`05:00 ${-HOUR_MS} on`]);
  });

  test('a change ends one expectation and begins another', async (t) => {
    const records = await openFor(t, await postgres.database());
    await note(records, NOW);
    await note(records, NOW + 7, { at: '06:00' });
    assert.deepEqual(await expected(records), [`05:00 ${-HOUR_MS} 7`, '06:00 7 on']);
  });

  test('retired it is expected no more, for itself alone; still there it is expected again', async (t) => {
    const records = await openFor(t, await postgres.database());
    await note(records, NOW);
    await records.expectations.retire('another', NOW + 1, PATIENCE);
    assert.deepEqual(await expected(records), [`05:00 ${-HOUR_MS} on`]);
    await records.expectations.retire('nightly', NOW + 3, PATIENCE);
    assert.deepEqual(await expected(records), [`05:00 ${-HOUR_MS} 3`]);
    await note(records, NOW + 9);
    assert.deepEqual(await expected(records), [`05:00 ${-HOUR_MS} 3`, '05:00 9 on']);
  });
});
