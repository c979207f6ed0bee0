import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchOf } from '../../../src/calendar/named-window.js';
import { resolveWindow } from '../../../src/calendar/windows.js';
import { UsageError } from '../../../src/cli/program/errors.js';
import { readWindowName } from '../../../src/cli/program/window-name.js';

const NOW = Date.UTC(2026, 11, 24);

test('takes the label of every window as results show it, and its bounds', () => {
  const windows = [
    { dateFrom: '2026-11-01', dateTo: '2026-11-02', timeZone: 'Europe/Berlin' },
    { dateFrom: '2026-11-01', dateTo: '2026-11-08' },
    { dateFrom: '2026-11-01T08:00', dateTo: '2026-11-01T12:30', timeZone: 'Asia/Kolkata' },
    { dateFrom: '2026-11-01T08:00:00.250Z', dateTo: '2026-11-01T12:00' },
  ];
  for (const asked of windows) {
    const window = resolveWindow(asked, NOW);
    assert.equal(matchOf(readWindowName(window.label), window), 'exact', window.label);
    assert.equal(matchOf(readWindowName(`${window.from}/${window.to}`), window), 'exact');
  }
  assert.deepEqual(readWindowName('2026-11-01..2026-11-01'), readWindowName('2026-11-01'));
  assert.deepEqual(readWindowName('2026-11'), readWindowName('2026-11-01..2026-11-30'));
  assert.deepEqual(readWindowName('2026-W45'), readWindowName('2026-11-02..2026-11-08'));
});

test('finds a day, a month and a range in the zone of each window', () => {
  const berlin = { timeZone: 'Europe/Berlin' };
  const day = resolveWindow({ dateFrom: '2026-10-07', dateTo: '2026-10-08', ...berlin }, NOW);
  const week = resolveWindow({ dateFrom: '2026-10-05', dateTo: '2026-10-12', ...berlin }, NOW);
  const matched = (text: string, window = day): string | undefined => matchOf(readWindowName(text), window);
  assert.equal(day.from, '2026-10-06T22:00:00Z');
  assert.equal(matched('2026-10-07'), 'exact');
  assert.equal(matched('2026-10-06'), undefined, 'the day before, on which it begins in UTC');
  assert.equal(matched('2026-10'), 'within');
  assert.equal(matched('2026-10-07', week), 'contains');
  assert.equal(matched('2026-10-01..2026-10-07', week), 'overlaps');
  assert.equal(matched('2026-10-12', week), undefined);
});

test('refuses what is no window, and says how one is written', () => {
  const refused = ['', 'yesterday', '2026-11-31', '2026-11-01/2026-11-08', '2026-11-01T00:00:00Z', '..', '/'];
  for (const text of [...refused, '2026-11-01T08:00..2026-11-01T09:00', '2026-11-01..2026-11-02..2026-11-03']) {
    assert.throws(() => readWindowName(text), { name: UsageError.name, message: /is not a window: write a day, a month/ });
  }
  assert.throws(() => readWindowName('2026-11-08..2026-11-01'), /ends before it begins/);
  assert.throws(() => readWindowName('2026-11-08T00:00:00Z/2026-11-08T00:00:00Z'), /ends before it begins/);
});
