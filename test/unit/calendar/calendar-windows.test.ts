import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DateTime, Interval } from 'luxon';
import { resolveWindow, WindowError } from '../../../src/calendar/windows.js';
import type { WindowInput } from '../../../src/calendar/windows.js';
import type { RunWindow } from '../../../src/contract/request/request.js';
import { at, days, moments, windowOf, zones } from './calendar-fixtures.js';

function span({ from, to }: RunWindow): readonly [string, string] {
  return [from, to];
}

test('a date is the start of its calendar day in the zone, and dateTo is exclusive', () => {
  assert.deepEqual(windowOf('2026-11-01', '2026-11-08'), {
    from: '2026-11-01T00:00:00Z',
    to: '2026-11-08T00:00:00Z',
    timeZone: 'UTC',
    label: '2026-11-01..2026-11-07',
  });
  assert.deepEqual(span(windowOf('2026-11-01', '2026-11-02', 'Asia/Kolkata')), [
    '2026-10-31T18:30:00Z',
    '2026-11-01T18:30:00Z',
  ]);
});

test('days of 23, 25, 23½ and 24½ hours have their length', () => {
  const hours = (day: string, next: string, zone: string): number => {
    const { from, to } = windowOf(day, next, zone);
    return Interval.fromDateTimes(DateTime.fromISO(from), DateTime.fromISO(to)).length('hours');
  };
  assert.equal(hours('2026-03-29', '2026-03-30', 'Europe/Berlin'), 23);
  assert.equal(hours('2026-10-25', '2026-10-26', 'Europe/Berlin'), 25);
  assert.equal(hours('2026-03-08', '2026-03-09', 'America/New_York'), 23);
  assert.equal(hours('2026-11-01', '2026-11-02', 'America/New_York'), 25);
  assert.equal(hours('2026-10-04', '2026-10-05', 'Australia/Lord_Howe'), 23.5);
  assert.equal(hours('2026-04-05', '2026-04-06', 'Australia/Lord_Howe'), 24.5);
  // Clocks went from 00:00 to 01:00: the day begins at 01:00.
  assert.equal(hours('2018-11-04', '2018-11-05', 'America/Sao_Paulo'), 23);
});

test('windows of days agree with luxon in every zone', () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 1, max: 40 }), zones, (day, length, zone) => {
      const start = DateTime.fromISO(day, { zone });
      const end = start.plus({ days: length });
      const { from, to } = windowOf(day, end.toISODate() ?? '', zone);
      assert.deepEqual([at(from), at(to)], [start.startOf('day').toMillis(), end.startOf('day').toMillis()]);
    }),
  );
});

test('times without an offset are of the zone; a time that comes twice is the first; instants stay', () => {
  assert.deepEqual(span(windowOf('2026-11-01T08:00', '2026-11-01 14:30:00', 'Europe/Berlin')), [
    '2026-11-01T07:00:00Z',
    '2026-11-01T13:30:00Z',
  ]);
  assert.deepEqual(span(windowOf('2026-10-25T02:30', '2026-10-25T02:30+01:00', 'Europe/Berlin')), [
    '2026-10-25T00:30:00Z',
    '2026-10-25T01:30:00Z',
  ]);
  assert.deepEqual(span(windowOf('2026-11-01T00:00:00.250Z', '2026-11-01T01:00:00-05:00', 'Asia/Kolkata')), [
    '2026-11-01T00:00:00.250Z',
    '2026-11-01T06:00:00Z',
  ]);
});

test('labels are for people: whole days by date, both inclusive, else times with their offset', () => {
  assert.equal(windowOf('2026-02-28', '2026-03-01').label, '2026-02-28');
  assert.equal(windowOf('2024-02-28', '2024-03-01').label, '2024-02-28..2024-02-29');
  assert.equal(
    windowOf('2026-10-25', '2026-10-26T03:00', 'Europe/Berlin').label,
    '2026-10-25T00:00+02:00..2026-10-26T03:00+01:00',
  );
  assert.equal(windowOf('2026-11-01T08:00', '2026-11-02').label, '2026-11-01T08:00Z..2026-11-02T00:00Z');
});

test('window.timeZone is taken before timeZone', () => {
  const window = resolveWindow(
    { timeZone: 'Asia/Kolkata', window: { relative: 'yesterday', timeZone: 'Europe/Berlin' } },
    at('2026-11-02T12:00Z'),
  );
  assert.deepEqual(
    [...span(window), window.timeZone],
    ['2026-10-31T23:00:00Z', '2026-11-01T23:00:00Z', 'Europe/Berlin'],
  );
  const input = {
    dateFrom: '2026-11-01',
    dateTo: '2026-11-02',
    timeZone: 'UTC',
    window: { timeZone: 'Europe/Berlin' },
  };
  assert.equal(resolveWindow(input, at('2026-11-02T12:00Z')).from, '2026-10-31T23:00:00Z');
});

test('relative windows are whole calendar days of the zone, up to the anchor', () => {
  const anchor = at('2026-11-01T09:03:22.500+01:00');
  const labelOf = (relative: string): string =>
    resolveWindow({ window: { relative, timeZone: 'Europe/Berlin' } }, anchor).label;
  assert.equal(labelOf('yesterday'), '2026-10-31');
  assert.equal(labelOf('last-1-days'), '2026-10-31');
  assert.equal(labelOf('last-7-days'), '2026-10-25..2026-10-31');
  assert.equal(labelOf('last-366-days'), '2025-10-31..2026-10-31');
  assert.equal(labelOf('previous-week'), '2026-10-19..2026-10-25');
  assert.equal(labelOf('previous-month'), '2026-10-01..2026-10-31');
  assert.equal(labelOf('today-so-far'), '2026-11-01T00:00+01:00..2026-11-01T09:03+01:00');
  assert.equal(labelOf('month-to-date'), '2026-11-01T00:00+01:00..2026-11-01T09:03+01:00');
});

test('the anchor’s day is that of the zone, across year ends and leap days', () => {
  const labelOf = (relative: string, timeZone: string, anchor: string): string =>
    resolveWindow({ window: { relative, timeZone } }, at(anchor)).label;
  assert.equal(labelOf('yesterday', 'Asia/Kolkata', '2026-12-31T20:00Z'), '2026-12-31');
  assert.equal(labelOf('yesterday', 'America/New_York', '2027-01-01T03:00Z'), '2026-12-30');
  assert.equal(labelOf('previous-month', 'UTC', '2027-01-15T00:00Z'), '2026-12-01..2026-12-31');
  assert.equal(labelOf('previous-month', 'UTC', '2024-03-31T12:00Z'), '2024-02-01..2024-02-29');
  assert.equal(labelOf('previous-week', 'UTC', '2027-01-01T12:00Z'), '2026-12-21..2026-12-27');
});

test('relative windows agree with luxon in every zone, clock changes, leap days and year ends among them', () => {
  fc.assert(
    fc.property(moments, fc.integer({ min: 1, max: 366 }), ({ zone, instant: anchor }, n) => {
      const now = DateTime.fromMillis(anchor, { zone });
      const today = now.startOf('day');
      const expected: readonly (readonly [string, DateTime, DateTime])[] = [
        ['yesterday', today.minus({ days: 1 }).startOf('day'), today],
        [`last-${n}-days`, today.minus({ days: n }).startOf('day'), today],
        ['last-7-days', today.minus({ days: 7 }).startOf('day'), today],
        ['previous-week', today.startOf('week').minus({ weeks: 1 }).startOf('day'), today.startOf('week')],
        ['previous-month', today.startOf('month').minus({ months: 1 }).startOf('day'), today.startOf('month')],
        ['month-to-date', today.startOf('month'), now.startOf('minute')],
        ['today-so-far', today, now.startOf('minute')],
      ];
      for (const [relative, from, to] of expected) {
        if (to <= from) continue;
        const window = resolveWindow({ window: { relative, timeZone: zone } }, anchor);
        assert.deepEqual([at(window.from), at(window.to)], [from.toMillis(), to.toMillis()], relative);
        assert.ok(at(window.to) <= anchor, `${relative} is over`);
      }
    }),
    { numRuns: 300 },
  );
});

test('a window may end in the future, but not begin there', () => {
  const now = at('2026-11-23T16:00+01:00');
  const asked = (dateFrom: string, dateTo: string): RunWindow =>
    resolveWindow({ dateFrom, dateTo, timeZone: 'Europe/Berlin' }, now);
  assert.equal(asked('2026-11-23', '2026-11-24').label, '2026-11-23');
  assert.equal(asked('2026-11-23T15:59', '2027-11-23').to, '2027-11-22T23:00:00Z');
  for (const from of ['2026-11-23T16:00', '2026-11-24', '2027-01-01T00:00:00Z']) {
    assert.throws(
      () => asked(from, '2027-02-01'),
      (error) =>
        error instanceof WindowError &&
        error.path === 'query.dateFrom' &&
        error.message.startsWith('begins in the future: it is now 2026-11-23T16:00+01:00; use an earlier date'),
      from,
    );
  }
});

test('what is asked for relatively never begins in the future', () => {
  fc.assert(
    fc.property(moments, ({ zone, instant }) => {
      const { from, to } = resolveWindow({ window: { relative: 'yesterday', timeZone: zone } }, instant);
      assert.equal(resolveWindow({ dateFrom: from, dateTo: to, timeZone: zone }, instant).from, from);
    }),
  );
});

test('refuses what is no window, and says where', () => {
  const cases: readonly (readonly [WindowInput, string, RegExp])[] = [
    [{ dateFrom: '2026-11-01', dateTo: '2026-11-02', timeZone: 'Mars/Base' }, 'timeZone', /not a time zone/],
    [{ dateFrom: '2026-11-01', dateTo: '2026-11-02', timeZone: '+02:00' }, 'timeZone', /not a time zone/],
    [{ window: { relative: 'yesterday', timeZone: '' } }, 'window.timeZone', /not a time zone/],
    [{ dateFrom: '2026-02-29', dateTo: '2026-03-02' }, 'query.dateFrom', /not a valid date/],
    [{ dateFrom: '2026-11-01', dateTo: '2026-11-31' }, 'query.dateTo', /not a valid date/],
    [{ dateFrom: '1 Nov 2026', dateTo: '2026-11-31' }, 'query.dateFrom', /not a valid date/],
    [{ dateFrom: '2026-11', dateTo: '2026-12' }, 'query.dateFrom', /not a valid date/],
    [{ dateFrom: '2026-11-01', dateTo: '2026-11-01' }, 'query.dateTo', /empty/],
    [{ dateFrom: '2026-11-02', dateTo: '2026-11-01' }, 'query.dateTo', /before dateFrom/],
    [{ dateFrom: '0001-01-01', dateTo: '9999-01-01' }, 'query.dateTo', /more than 20 years/],
    [{ dateFrom: '2026-11-01' }, 'query.dateTo', /missing/],
    [{}, 'query.dateFrom', /missing/],
    [
      { dateFrom: '2026-03-29T02:30', dateTo: '2026-04-01', timeZone: 'Europe/Berlin' },
      'query.dateFrom',
      /clocks skip it/,
    ],
    [{ window: { relative: 'last-367-days' } }, 'window.relative', /N from 1 to 366/],
    [{ window: { relative: 'last-0-days' } }, 'window.relative', /not a window/],
    [{ window: { relative: 'tomorrow' } }, 'window.relative', /not a window/],
    [{ window: { relative: 'today-so-far' } }, 'window.relative', /is empty/],
  ];
  for (const [input, path, message] of cases) {
    assert.throws(
      () => resolveWindow(input, at('2026-11-01T00:00:59Z')),
      (error) => error instanceof WindowError && error.path === path && message.test(error.message),
      JSON.stringify(input),
    );
  }
});
