import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { countSlices, halvesOf, slicesOf } from '../../../src/calendar/slices.js';
import type { SlicedRange } from '../../../src/calendar/slices.js';
import { WindowError } from '../../../src/calendar/windows.js';
import type { TimeRange } from '../../../src/contract/request/backfill.js';
import { at, moments } from './calendar-fixtures.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const units = fc.constantFrom('day' as const, 'week' as const, 'month' as const);

/** Ranges that begin and end anywhere, some of them on a day on which the clocks change. */
const ranges = fc.record({ moment: moments, ms: fc.integer({ min: 1, max: 400 * DAY_MS }) });

function rangeAt(start: number, ms: number): TimeRange {
  return { from: new Date(start).toISOString(), to: new Date(start + ms).toISOString() };
}

/** They follow one another without gap or overlap, from the start of the range to its end. */
function assertTiled(range: TimeRange, parts: readonly TimeRange[]): void {
  const cuts = parts.slice(1).map(({ from }) => at(from));
  assert.deepEqual(
    parts.map(({ from, to }) => [at(from), at(to)]),
    [at(range.from), ...cuts].map((start, index) => [start, cuts[index] ?? at(range.to)]),
  );
  for (const { from, to } of parts) assert.ok(at(from) < at(to), `${from} is before ${to}`);
}

function hoursOf({ from, to }: TimeRange): number {
  return (at(to) - at(from)) / HOUR_MS;
}

suite('slicesOf', () => {
  test('tiles a range; each cut is the start of a day, week or month by luxon, and none is left out', () => {
    fc.assert(
      fc.property(ranges, units, ({ moment, ms }, sliceBy) => {
        const startOfUnit = (instant: number): number =>
          DateTime.fromMillis(instant, { zone: moment.zone }).startOf(sliceBy).toMillis();
        const range = rangeAt(moment.instant, ms);
        const slices = [...slicesOf({ ...range, sliceBy, timeZone: moment.zone })];
        assertTiled(range, slices);
        for (const { from } of slices.slice(1)) assert.equal(startOfUnit(at(from)), at(from));
        for (const { from, to } of slices) assert.equal(startOfUnit(at(from)), startOfUnit(at(to) - 1));
      }),
      { numRuns: 200 },
    );
  });

  test('goes on at the start of any slice with the very same slices', () => {
    fc.assert(
      fc.property(ranges, units, fc.nat(), ({ moment, ms }, sliceBy, pick) => {
        const range = { ...rangeAt(moment.instant, ms), sliceBy, timeZone: moment.zone };
        const slices = [...slicesOf(range)];
        const position = pick % slices.length;
        assert.deepEqual([...slicesOf(range, slices[position]?.from)], slices.slice(position));
        assert.equal(countSlices(range, 1_000), slices.length);
      }),
    );
  });

  const lengths = (from: string, to: string, zone: string, sliceBy: SlicedRange['sliceBy'] = 'day'): number[] => {
    const instant = (day: string): string => DateTime.fromISO(day, { zone }).toUTC().toISO() ?? '';
    return [...slicesOf({ from: instant(from), to: instant(to), sliceBy, timeZone: zone })].map(hoursOf);
  };

  test('days of 23, 25, 23½ and 24½ hours are slices of that length', () => {
    assert.deepEqual(lengths('2026-03-28', '2026-03-31', 'Europe/Berlin'), [24, 23, 24]);
    assert.deepEqual(lengths('2026-10-24', '2026-10-27', 'Europe/Berlin'), [24, 25, 24]);
    assert.deepEqual(lengths('2026-10-03', '2026-10-06', 'Australia/Lord_Howe'), [24, 23.5, 24]);
    assert.deepEqual(lengths('2026-04-04', '2026-04-07', 'Australia/Lord_Howe'), [24, 24.5, 24]);
    // The clocks went from 00:00 to 01:00, so the day began at 01:00.
    assert.deepEqual(lengths('2018-11-03', '2018-11-06', 'America/Sao_Paulo'), [24, 23, 24]);
  });

  test('months have their lengths, the February of a leap year too, and the first and the last may be parts', () => {
    assert.deepEqual(lengths('2027-12-15', '2028-03-02', 'Asia/Kolkata', 'month'), [17 * 24, 31 * 24, 29 * 24, 24]);
  });

  test('weeks begin on Monday, across a year’s end', () => {
    assert.deepEqual(lengths('2026-12-27', '2027-01-05', 'UTC', 'week'), [24, 7 * 24, 24]);
  });

  test('a day that a zone never had is no slice', () => {
    // Samoa moved across the date line: 29 December 2011 was followed by the 31st.
    assert.deepEqual(lengths('2011-12-29', '2012-01-01', 'Pacific/Apia'), [24, 24]);
  });

  test('a midnight that the clocks show twice begins its day the first time', () => {
    // One minute after it they went back by an hour; the range begins in the hour that came again.
    const range = { from: '2010-11-07T02:45:00Z', to: '2010-11-09T03:30:00Z' };
    const slices = [...slicesOf({ ...range, sliceBy: 'day', timeZone: 'America/St_Johns' })];
    assertTiled(range, slices);
    assert.deepEqual(slices.map(hoursOf), [24.75, 24]);
  });

  test('is lazy, and is counted no further than asked', () => {
    const ages = { from: '0001-01-01T00:00:00Z', to: '9999-01-01T00:00:00Z', sliceBy: 'day', timeZone: 'UTC' } as const;
    assert.deepEqual(slicesOf(ages).next().value, { from: '0001-01-01T00:00:00Z', to: '0001-01-02T00:00:00Z' });
    assert.equal(countSlices(ages, 10_000), 10_001);
  });

  test('of a range that has ended there are none', () => {
    const range = {
      from: '2026-11-01T00:00:00Z',
      to: '2026-11-03T00:00:00Z',
      sliceBy: 'day',
      timeZone: 'UTC',
    } as const;
    assert.deepEqual([...slicesOf(range, range.to)], []);
  });

  test('refuses an unknown zone', () => {
    const range = { from: '2026-11-01T00:00:00Z', to: '2026-11-03T00:00:00Z', sliceBy: 'day' } as const;
    assert.throws(() => [...slicesOf({ ...range, timeZone: 'Mars/Base' })], WindowError);
  });
});

suite('halvesOf', () => {
  /** Where luxon sees a full hour begin, or the clocks jump. */
  const isHourStart = (instant: number, zone: string): boolean => {
    const { minute, second, millisecond, offset } = DateTime.fromMillis(instant, { zone });
    return minute + second + millisecond === 0 || DateTime.fromMillis(instant - 1, { zone }).offset !== offset;
  };

  test('two halves tile their slice, cut where a day begins or, within a day, an hour', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: HOUR_MS + 1, max: 40 * DAY_MS }), ({ zone, instant }, ms) => {
        const slice = rangeAt(instant, ms);
        const halves = halvesOf(slice, zone);
        assert.equal(halves.length, 2);
        assertTiled(slice, halves);
        const cut = at(halves[0]?.to ?? '');
        const startOfDay = DateTime.fromMillis(cut, { zone }).startOf('day').toMillis();
        // 49 hours and more have a whole day in them, however the clocks change.
        assert.ok(ms < 2 * DAY_MS + HOUR_MS || cut === startOfDay, 'a day begins');
        assert.ok(isHourStart(cut, zone), 'an hour begins');
      }),
      { numRuns: 300 },
    );
  });

  test('no other day begins nearer to the middle', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 3 * DAY_MS, max: 40 * DAY_MS }), ({ zone, instant }, ms) => {
        const middle = instant + ms / 2;
        const day = DateTime.fromMillis(middle, { zone }).startOf('day');
        const distances = [day, day.plus({ days: 1 }).startOf('day')].map((start) =>
          Math.abs(start.toMillis() - middle),
        );
        const cut = at(halvesOf(rangeAt(instant, ms), zone)[0]?.to ?? '');
        assert.equal(Math.abs(cut - middle), Math.min(...distances));
      }),
    );
  });

  test('halving again and again ends with slices of an hour at most, which tile the slice', () => {
    const leavesOf = (slice: TimeRange, zone: string): TimeRange[] => {
      const halves = halvesOf(slice, zone);
      return halves.length === 0 ? [slice] : halves.flatMap((half) => leavesOf(half, zone));
    };
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 2 * DAY_MS }), ({ zone, instant }, ms) => {
        const slice = rangeAt(instant, ms);
        const leaves = leavesOf(slice, zone);
        assertTiled(slice, leaves);
        for (const leaf of leaves) assert.ok(hoursOf(leaf) <= 1, `${leaf.from} to ${leaf.to}`);
      }),
    );
  });

  test('the day of 25 hours is cut at an hour, although it is longer than a day', () => {
    const day = { from: '2026-10-24T22:00:00Z', to: '2026-10-25T23:00:00Z' };
    const halves = [
      { from: '2026-10-24T22:00:00Z', to: '2026-10-25T10:00:00Z' },
      { from: '2026-10-25T10:00:00Z', to: '2026-10-25T23:00:00Z' },
    ];
    assert.deepEqual(halvesOf(day, 'Europe/Berlin'), halves);
  });

  test('a month is cut where a day begins in its zone', () => {
    const november = { from: '2026-10-31T18:30:00Z', to: '2026-11-30T18:30:00Z' };
    assert.equal(halvesOf(november, 'Asia/Kolkata')[0]?.to, '2026-11-15T18:30:00Z');
  });

  test('an hour has none, wherever it begins', () => {
    for (const minute of ['00', '30']) {
      const hour = { from: `2026-11-01T10:${minute}:00Z`, to: `2026-11-01T11:${minute}:00Z` };
      assert.deepEqual(halvesOf(hour, 'UTC'), []);
    }
  });

  test('refuses an unknown zone', () => {
    assert.throws(
      () => halvesOf({ from: '2026-11-01T00:00:00Z', to: '2026-11-03T00:00:00Z' }, 'Mars/Base'),
      WindowError,
    );
  });
});
