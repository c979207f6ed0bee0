import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveWindow } from '../../../src/calendar/windows.js';
import { UsageError } from '../../../src/cli/program/errors.js';
import { readWindowName } from '../../../src/cli/program/window-name.js';

test('takes the label of every window as results show it, and its bounds', () => {
  const windows = [
    { dateFrom: '2026-11-01', dateTo: '2026-11-02', timeZone: 'Europe/Berlin' },
    { dateFrom: '2026-11-01', dateTo: '2026-11-08' },
    { dateFrom: '2026-11-01T08:00', dateTo: '2026-11-01T12:30', timeZone: 'Asia/Kolkata' },
    { dateFrom: '2026-11-01T08:00:00.250Z', dateTo: '2026-11-01T12:00' },
  ];
  for (const window of windows) {
    const { from, to, label } = resolveWindow(window, Date.UTC(2026, 11, 24));
    const read = readWindowName(label);
    assert.deepEqual(read, 'label' in read ? { label } : { from, to }, label);
    assert.deepEqual(readWindowName(`${from}/${to}`), { from, to });
  }
  assert.deepEqual(readWindowName('2026-11-01..2026-11-01'), { label: '2026-11-01' });
});

test('refuses what is no window, and says how one is written', () => {
  const refused = [
    '',
    'yesterday',
    '2026-11-31',
    '2026-11',
    '2026-11-01/2026-11-08',
    '2026-11-01T00:00:00Z',
    '..',
    '/',
  ];
  for (const text of [...refused, '2026-11-01T08:00..2026-11-01T09:00', '2026-11-01..2026-11-02..2026-11-03']) {
    assert.throws(() => readWindowName(text), { name: UsageError.name, message: /is not a window: write its label/ });
  }
  assert.throws(() => readWindowName('2026-11-08..2026-11-01'), /ends before it begins/);
  assert.throws(() => readWindowName('2026-11-08T00:00:00Z/2026-11-08T00:00:00Z'), /does not end after it begins/);
});
