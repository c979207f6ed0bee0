import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { clockProblem } from '../../../src/calendar/start-time.js';
import { WindowError } from '../../../src/calendar/windows.js';
import { at, moments } from './calendar-fixtures.js';

const MINUTE_MS = 60_000;
const NOW = at('2026-11-23T16:00Z');

function problem(time: string, zone: string, from = NOW): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const found = clockProblem({ hour, minute }, zone, from);
  return found === undefined ? 'none' : `${found.date} ${found.kind}`;
}

test('finds the first day on which the clocks skip a time, or show it twice', () => {
  assert.equal(problem('02:30', 'Europe/Berlin'), '2027-03-28 skipped');
  assert.equal(problem('02:30', 'Europe/Berlin', at('2026-10-25T00:30+02:00')), '2026-10-25 twice');
  assert.equal(problem('01:30', 'America/New_York', at('2026-04-01T00:00Z')), '2026-11-01 twice');
  assert.equal(problem('02:15', 'Australia/Lord_Howe', at('2026-05-01T00:00Z')), '2026-10-04 skipped');
  assert.equal(problem('01:45', 'Australia/Lord_Howe'), '2027-04-04 twice');
});

test('knows the edges: what is skipped begins at the change and ends before the time that the clocks jump to', () => {
  assert.equal(problem('01:59', 'Europe/Berlin'), 'none');
  assert.equal(problem('02:00', 'Europe/Berlin'), '2027-03-28 skipped');
  assert.equal(problem('02:59', 'Europe/Berlin'), '2027-03-28 skipped');
  assert.equal(problem('03:00', 'Europe/Berlin'), 'none');
  assert.equal(problem('02:30', 'Australia/Lord_Howe'), 'none');
});

test('a zone that keeps its time has none', () => {
  assert.equal(problem('02:30', 'UTC'), 'none');
  assert.equal(problem('02:30', 'Asia/Kolkata'), 'none');
});

test('agrees with luxon, minute by minute, about the day that it begins with', () => {
  const times = fc.record({ hour: fc.integer({ min: 0, max: 4 }), minute: fc.constantFrom(0, 15, 30, 45, 59) });
  fc.assert(
    fc.property(moments, times, ({ zone, instant }, time) => {
      const day = DateTime.fromMillis(instant, { zone });
      const start = day.startOf('day').toMillis();
      const shown = Array.from({ length: 26 * 60 }, (_, minute) => start + minute * MINUTE_MS).filter((at) => {
        const local = DateTime.fromMillis(at, { zone });
        return local.hour === time.hour && local.minute === time.minute && local.day === day.day;
      }).length;
      const found = clockProblem(time, zone, instant);
      const today = found?.date === day.toISODate() ? found.kind : 'once';
      assert.equal(today, shown === 1 ? 'once' : shown === 0 ? 'skipped' : 'twice');
    }),
    { numRuns: 50 },
  );
});

test('05:00, when schedules start unless told otherwise, comes exactly once a day in every zone', () => {
  const problems = Intl.supportedValuesOf('timeZone').map((zone) => [zone, problem('05:00', zone)]);
  assert.ok(problems.length > 400);
  assert.deepEqual(
    problems.filter(([, found]) => found !== 'none'),
    [],
  );
});

test('refuses an unknown zone', () => {
  assert.throws(() => clockProblem({ hour: 5, minute: 0 }, 'Mars/Base', NOW), WindowError);
});
