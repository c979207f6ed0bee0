import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { nominalTimes, type StartTimes } from '../../../src/calendar/nominal-times.js';
import { WindowError } from '../../../src/calendar/windows.js';

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;

/** Both hemispheres, half-hour offsets, a change by half an hour (Lord Howe), and one at midnight (Santiago). */
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Sydney', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC']
  .concat('America/St_Johns', 'America/Santiago'); // prettier-ignore

function upTo(times: StartTimes, from: number, to: number): string[] {
  const texts: string[] = [];
  for (const instant of nominalTimes(times, from)) {
    if (instant >= to) break;
    texts.push(new Date(instant).toISOString());
  }
  return texts;
}

/** What the clocks show, quarter of an hour by quarter of an hour. */
function byTheClock({ every, at, timeZone }: StartTimes, from: number, to: number): string[] {
  const texts: string[] = [];
  const before = new Set<string | null>();
  for (let instant = Math.ceil(from / QUARTER_MS) * QUARTER_MS; instant < to; instant += QUARTER_MS) {
    const local = DateTime.fromMillis(instant, { zone: timeZone });
    const { hour, minute, weekday, day } = local;
    const shown = local.toISO({ includeOffset: false });
    const isTime = minute === at.minute && hour === at.hour;
    const isDay = every === 'week' ? weekday === 1 : every === 'month' ? day === 1 : true;
    // Of two the first.
    if (isTime && isDay && !before.has(shown)) texts.push(new Date(instant).toISOString());
    before.add(shown);
  }
  return texts;
}

describe('nominal times', () => {
  it('are those that the clocks show, whatever daylight saving does', () => {
    const cases = fc.record({
      every: fc.constantFrom('day', 'week', 'month'),
      at: fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.constantFrom(0, 15, 30, 45) }),
      timeZone: fc.constantFrom(...ZONES),
    });
    const starts = fc
      .integer({ min: 0, max: 4 * 24 * 400 })
      .map((quarters) => Date.UTC(2025, 2, 1) + quarters * QUARTER_MS);
    fc.assert(
      fc.property(cases, starts, (times, from) => {
        const to = from + (times.every === 'month' ? 40 : 9) * DAY_MS;
        assert.deepEqual(upTo(times, from, to), byTheClock(times, from, to));
      }),
      { numRuns: 60 },
    );
  });

  it('are every hour of a day of 25 and of one of 23', () => {
    const hourly = (from: string, to: string): number =>
      upTo({ every: 'hour', at: { hour: 0, minute: 5 }, timeZone: 'Europe/Berlin' }, Date.parse(from), Date.parse(to))
        .length;
    assert.equal(hourly('2025-10-25T22:00Z', '2025-10-26T23:00Z'), 25);
    assert.equal(hourly('2025-03-29T23:00Z', '2025-03-30T22:00Z'), 23);
  });

  it('leave out a day whose clocks skip the time', () => {
    const times = { every: 'day', at: { hour: 2, minute: 30 }, timeZone: 'Europe/Berlin' } as const;
    assert.deepEqual(upTo(times, Date.UTC(2025, 2, 29), Date.UTC(2025, 3, 1)), [
      '2025-03-29T01:30:00.000Z',
      '2025-03-31T00:30:00.000Z',
    ]);
  });

  it('begin with the instant that is asked for', () => {
    const times = { every: 'day', at: { hour: 5, minute: 0 }, timeZone: 'UTC' } as const;
    const five = Date.UTC(2025, 0, 1, 5);
    assert.equal(nominalTimes(times, five).next().value, five);
    assert.equal(nominalTimes(times, five + 1).next().value, five + DAY_MS);
  });

  it('are none in a zone that is none', () => {
    const times = { every: 'day', at: { hour: 5, minute: 0 }, timeZone: 'Europe/Atlantis' } as const;
    assert.throws(() => nominalTimes(times, 0).next(), WindowError);
  });
});
