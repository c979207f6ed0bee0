import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { lookbackWindows } from '../../../src/calendar/lookback.js';
import { resolveWindow, WindowError, zoneNamed } from '../../../src/calendar/windows.js';
import { at, moments } from './calendar-fixtures.js';

const REPEATING = [
  ['yesterday', 'day'],
  ['previous-week', 'week'],
  ['previous-month', 'month'],
] as const;

function daysBack(relative: string, count: number, anchor: string, timeZone: string): string[] {
  const zone = zoneNamed(timeZone, 'timeZone');
  return lookbackWindows(relative, count, at(anchor), zone).map(
    ({ start, end }) =>
      `${DateTime.fromMillis(start, { zone }).toISODate() ?? ''}..${DateTime.fromMillis(end, { zone }).toISODate() ?? ''}`,
  );
}

test('the window and the ones before it agree with luxon, newest first, and follow one another', () => {
  fc.assert(
    fc.property(moments, fc.integer({ min: 1, max: 60 }), ({ zone, instant }, count) => {
      for (const [relative, unit] of REPEATING) {
        const current = DateTime.fromMillis(instant, { zone }).startOf(unit);
        const startOf = (back: number): number =>
          current
            .minus({ [unit]: back })
            .startOf(unit)
            .toMillis();
        assert.deepEqual(
          lookbackWindows(relative, count, instant, zoneNamed(zone, 'timeZone')),
          Array.from({ length: count }, (_, back) => ({
            start: startOf(back + 1),
            end: startOf(back),
            local: current
              .minus({ [unit]: back + 1 })
              .setZone('utc', { keepLocalTime: true })
              .startOf(unit)
              .toMillis(),
          })),
        );
      }
    }),
  );
});

test('the first is the window that the relative name means by itself', () => {
  fc.assert(
    fc.property(moments, ({ zone, instant }) => {
      for (const [relative] of REPEATING) {
        const { from, to } = resolveWindow({ window: { relative, timeZone: zone } }, instant);
        const [first] = lookbackWindows(relative, 1, instant, zoneNamed(zone, 'timeZone'));
        assert.deepEqual([first?.start, first?.end], [at(from), at(to)]);
      }
    }),
  );
});

test('looks back across year ends, leap days and clock changes', () => {
  assert.deepEqual(daysBack('yesterday', 3, '2024-03-02T03:00Z', 'UTC'), [
    '2024-03-01..2024-03-02',
    '2024-02-29..2024-03-01',
    '2024-02-28..2024-02-29',
  ]);
  assert.deepEqual(daysBack('previous-week', 2, '2027-01-05T03:00Z', 'Europe/Berlin'), [
    '2026-12-28..2027-01-04',
    '2026-12-21..2026-12-28',
  ]);
  assert.deepEqual(daysBack('previous-month', 3, '2027-01-01T02:00Z', 'America/New_York'), [
    '2026-11-01..2026-12-01',
    '2026-10-01..2026-11-01',
    '2026-09-01..2026-10-01',
  ]);
});

test('a day that a zone never had counts for nothing', () => {
  assert.deepEqual(daysBack('yesterday', 2, '2011-12-31T12:00+14:00', 'Pacific/Apia'), [
    '2011-12-29..2011-12-31',
    '2011-12-28..2011-12-29',
  ]);
});

test('refuses windows that overlap those before them, and says which do not', () => {
  for (const relative of ['last-7-days', 'last-1-days', 'today-so-far', 'month-to-date', 'toString']) {
    assert.throws(
      () => lookbackWindows(relative, 2, at('2026-11-23T16:00Z'), zoneNamed('UTC', 'timeZone')),
      (error) =>
        error instanceof WindowError &&
        error.path === 'window.relative' &&
        error.message.endsWith('use one of yesterday, previous-week, previous-month'),
      relative,
    );
  }
});
