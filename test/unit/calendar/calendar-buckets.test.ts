import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { createBuckets } from '../../../src/calendar/buckets.js';
import type { TimeGroup } from '../../../src/contract/request/request.js';
import { at, days, moments, windowOf, zones } from './calendar-fixtures.js';

interface TestBuckets {
  readonly labels: readonly string[];
  readonly indexOf: (date: unknown) => number | 'outside' | 'unreadable';
  readonly isAmbiguous: (date: unknown) => boolean;
}

function bucketsOf(dateFrom: string, dateTo: string, timeZone: string, timeGroupBy: TimeGroup): TestBuckets {
  const buckets = createBuckets({ window: windowOf(dateFrom, dateTo, timeZone), timeGroupBy });
  return {
    labels: buckets.labels,
    indexOf: (date) => buckets.indexOf(date),
    isAmbiguous: (date) => buckets.isAmbiguous(date),
  };
}

test('labels days by date, weeks by their Monday, months by month, also where the window cuts them', () => {
  assert.deepEqual(bucketsOf('2024-02-28', '2024-03-01', 'UTC', 'day').labels, ['2024-02-28', '2024-02-29']);
  assert.deepEqual(bucketsOf('2026-11-04T10:00', '2026-11-10', 'UTC', 'week').labels, ['2026-11-02', '2026-11-09']);
  assert.deepEqual(bucketsOf('2026-12-31', '2027-01-02', 'UTC', 'week').labels, ['2026-12-28']);
  assert.deepEqual(bucketsOf('2026-12-31', '2027-01-01T00:01', 'UTC', 'month').labels, ['2026-12', '2027-01']);
});

test('an hour that comes twice is two buckets, one that is skipped is none, half an hour is one of its own', () => {
  const hours = (day: string, next: string, zone: string, from: number): readonly string[] =>
    bucketsOf(day, next, zone, 'hour').labels.slice(from, from + 3);
  assert.deepEqual(hours('2026-10-25', '2026-10-26', 'Europe/Berlin', 2), [
    '2026-10-25T02:00+02:00',
    '2026-10-25T02:00+01:00',
    '2026-10-25T03:00+01:00',
  ]);
  assert.deepEqual(hours('2026-03-29', '2026-03-30', 'Europe/Berlin', 1), [
    '2026-03-29T01:00+01:00',
    '2026-03-29T03:00+02:00',
    '2026-03-29T04:00+02:00',
  ]);
  assert.deepEqual(hours('2026-04-05', '2026-04-06', 'Australia/Lord_Howe', 1), [
    '2026-04-05T01:00+11:00',
    '2026-04-05T01:30+10:30',
    '2026-04-05T02:00+10:30',
  ]);
  assert.deepEqual(hours('2026-10-04', '2026-10-05', 'Australia/Lord_Howe', 1), [
    '2026-10-04T01:00+10:30',
    '2026-10-04T02:30+11:00',
    '2026-10-04T03:00+11:00',
  ]);
  assert.equal(bucketsOf('2026-10-25', '2026-10-26', 'Europe/Berlin', 'hour').labels.length, 25);
  assert.equal(bucketsOf('2026-11-01', '2026-11-02', 'UTC', 'hour').labels[8], '2026-11-01T08:00Z');
});

test('a day that a zone skipped at the date line is no bucket', () => {
  assert.deepEqual(bucketsOf('2011-12-29', '2012-01-01', 'Pacific/Apia', 'day').labels, ['2011-12-29', '2011-12-31']);
});

test('every instant of a window is in the bucket that luxon puts it in', () => {
  const units = fc.constantFrom('day' as const, 'week' as const, 'month' as const);
  const window = fc.record({ day: days, length: fc.integer({ min: 1, max: 70 }), zone: zones, unit: units });
  fc.assert(
    fc.property(
      window,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      ({ day, length, zone, unit }, part) => {
        const start = DateTime.fromISO(day, { zone });
        const { from, to } = windowOf(day, start.plus({ days: length }).toISODate() ?? '', zone);
        const { labels, indexOf } = bucketsOf(from, to, zone, unit);
        const instant = at(from) + Math.floor(part * (at(to) - at(from)));
        const bucket = DateTime.fromMillis(instant, { zone }).startOf(unit);
        const label = bucket.toFormat(unit === 'month' ? 'yyyy-MM' : 'yyyy-MM-dd');
        assert.equal(labels[Number(indexOf(new Date(instant).toISOString()))], label);
        const count = DateTime.fromMillis(at(to) - 1, { zone })
          .startOf(unit)
          .diff(start.startOf(unit), unit)
          .as(unit);
        assert.equal(labels.length, Math.round(count) + 1);
      },
    ),
  );
});

test('hours tile the window: every label reads as the start of its own bucket, an hour or less after the one before', () => {
  fc.assert(
    fc.property(days, zones, (day, zone) => {
      const next = DateTime.fromISO(day, { zone }).plus({ days: 2 }).toISODate() ?? '';
      const { labels, indexOf } = bucketsOf(day, next, zone, 'hour');
      const { from, to } = windowOf(day, next, zone);
      const starts = labels.map(at);
      assert.equal(starts[0], at(from));
      for (const [index, start] of starts.entries()) {
        const end = starts[index + 1] ?? at(to);
        assert.ok(end > start && end - start <= 3_600_000, labels[index]);
        assert.equal(indexOf(labels[index]), index);
        assert.equal(indexOf(new Date(end - 1).toISOString()), index);
      }
    }),
    { numRuns: 60 },
  );
});

test('a local hour without an offset is said to be ambiguous where the clocks show it twice, or skip it', () => {
  const autumn = bucketsOf('2026-10-25', '2026-10-26', 'Europe/Berlin', 'hour');
  assert.equal(autumn.indexOf('2026-10-25T02:00'), 2);
  assert.equal(autumn.labels[3], '2026-10-25T02:00+01:00');
  const ambiguous = (dates: readonly string[]): readonly string[] => dates.filter(autumn.isAmbiguous);
  const written = ['2026-10-25T01:59:59', '2026-10-25T02:00', '2026-10-25 02:59:59', '2026-10-25T03:00'];
  assert.deepEqual(ambiguous(written), written.slice(1, 3));
  assert.deepEqual(ambiguous(autumn.labels), []);
  const spring = bucketsOf('2026-03-29', '2026-03-30', 'Europe/Berlin', 'hour');
  assert.equal(spring.isAmbiguous('2026-03-29T02:00'), true);
  assert.equal(bucketsOf('2026-10-25', '2026-10-26', 'Europe/Berlin', 'day').isAmbiguous('2026-10-25T02:00'), false);
});

test('of a window that begins or ends between the two, the hour within the window is meant', () => {
  const second = bucketsOf('2026-10-25T01:00:00Z', '2026-10-25T03:00:00Z', 'Europe/Berlin', 'hour');
  assert.deepEqual([second.indexOf('2026-10-25T02:30'), second.isAmbiguous('2026-10-25T02:30')], [0, false]);
  const first = bucketsOf('2026-10-24T23:00:00Z', '2026-10-25T01:00:00Z', 'Europe/Berlin', 'hour');
  assert.deepEqual([first.indexOf('2026-10-25T02:30'), first.isAmbiguous('2026-10-25T02:30')], [1, false]);
});

test('a local time of a window counts in the bucket of an instant at which luxon shows it, the only one or an ambiguous one', () => {
  const units = fc.constantFrom('hour' as const, 'day' as const);
  fc.assert(
    fc.property(moments, units, ({ zone, instant }, unit) => {
      const day = DateTime.fromMillis(instant, { zone }).startOf('day');
      const [from, to] = [day.minus({ days: 1 }).toISODate() ?? '', day.plus({ days: 2 }).toISODate() ?? ''];
      const { labels, indexOf, isAmbiguous } = bucketsOf(from, to, zone, unit);
      const shown = DateTime.fromMillis(instant, { zone });
      const local = shown.toFormat("yyyy-MM-dd'T'HH:mm");
      const places = shown.getPossibleOffsets().map((each) => indexOf(each.toUTC().toISO()));
      assert.equal(isAmbiguous(local), new Set(places).size > 1, `${local} in ${zone}`);
      assert.equal(indexOf(local), Math.min(...places.map(Number)), `${local} in ${zone}: ${labels.join()}`);
    }),
    { numRuns: 300 },
  );
});

test('a plain date is a label in the request’s zone, an instant is converted', () => {
  const { indexOf } = bucketsOf('2026-11-01', '2026-11-03', 'America/New_York', 'day');
  assert.equal(indexOf('2026-11-01'), 0);
  assert.equal(indexOf('2026-11-02T23:59:59'), 1);
  assert.equal(indexOf('2026-11-02T04:30:00Z'), 0);
  assert.equal(indexOf('2026-11-02T05:00:00+00:00'), 1);
  assert.equal(indexOf('2026-11-01T03:59:59Z'), 'outside');
  assert.equal(indexOf('2026-11-03'), 'outside');
  assert.equal(indexOf('2026-11-03T04:59:59Z'), 1);
  assert.equal(indexOf('2026-11-03T05:00:00Z'), 'outside');
});

test('ISO weeks and months are labels too, where a bucket can be told from them', () => {
  const weeks = bucketsOf('2026-11-02', '2026-11-16', 'UTC', 'week');
  assert.deepEqual(['2026-W45', '2026-W46', '2026-W47', '2026-11'].map(weeks.indexOf), [0, 1, 'outside', 'unreadable']);
  const months = bucketsOf('2026-11-01', '2027-01-01', 'UTC', 'month');
  assert.deepEqual(['2026-11', '2026-12', '2027-01', '2026-W50'].map(months.indexOf), [0, 1, 'outside', 1]);
  assert.equal(bucketsOf('2026-11-01', '2026-11-08', 'UTC', 'day').indexOf('2026-11'), 'unreadable');
  assert.equal(bucketsOf('2026-11-01', '2026-11-08', 'UTC', 'hour').indexOf('2026-11-02'), 24);
});

test('a row with its bucket’s own start is of that bucket, also where the window begins later', () => {
  const { indexOf } = bucketsOf('2026-11-04T10:00', '2026-11-11', 'UTC', 'week');
  assert.equal(indexOf('2026-11-02'), 0);
  assert.equal(indexOf('2026-11-02T00:00:00Z'), 0);
  assert.equal(indexOf('2026-11-03'), 'outside');
  assert.equal(indexOf('2026-11-04'), 0);
});

test('what is no date is unreadable', () => {
  const { indexOf } = bucketsOf('2026-11-01', '2026-11-08', 'UTC', 'day');
  for (const date of [
    null,
    20261101,
    true,
    {},
    '',
    'today',
    '2026',
    '2026-13-01',
    '2026-02-30',
    '2026-11-1',
    '01.11.2026',
    '12:00',
    '2026-11-01T25:00',
  ]) {
    assert.equal(indexOf(date), 'unreadable', JSON.stringify(date));
  }
});

test('remembering dates changes no answer, however many there are', () => {
  const { indexOf } = bucketsOf('2026-11-01', '2026-11-02', 'UTC', 'hour');
  const start = at('2026-11-01T00:00:00Z');
  for (let round = 0; round < 2; round += 1) {
    for (let each = 0; each < 60_000; each += 1) {
      const date = new Date(start + each * 1_000).toISOString();
      if (indexOf(date) !== Math.floor(each / 3_600)) assert.fail(date);
    }
  }
});

test('the days of a source that counts in UTC fall into a local day as docs/request.md says', () => {
  const cases = [
    ['UTC', ['2026-11-02'], []],
    ['Europe/Berlin', ['2026-11-02', '2026-11-02T00:00:00Z'], ['2026-11-01', '2026-11-01T00:00:00Z']],
    ['America/New_York', ['2026-11-02', '2026-11-03T00:00:00Z'], ['2026-11-03', '2026-11-02T00:00:00Z']],
    ['Asia/Kolkata', ['2026-11-02', '2026-11-02T00:00:00Z'], ['2026-11-01', '2026-11-01T00:00:00Z']],
  ] as const;
  for (const [zone, inside, outside] of cases) {
    const { labels, indexOf } = bucketsOf('2026-11-02', '2026-11-03', zone, 'day');
    assert.deepEqual(labels, ['2026-11-02']);
    for (const date of inside) assert.equal(indexOf(date), 0, `${date} in ${zone}`);
    for (const date of outside) assert.equal(indexOf(date), 'outside', `${date} in ${zone}`);
  }
});
