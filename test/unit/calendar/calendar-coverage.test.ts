import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { expectedSpans } from '../../../src/calendar/covered/expected.js';
import { coverTime } from '../../../src/calendar/covered/stretches.js';
import { zoneNamed } from '../../../src/calendar/windows.js';
import type { Expectation, WindowFacts } from '../../../src/ports/index.js';
import { at } from './calendar-fixtures.js';
import { referenceCoverage } from './coverage-reference.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BERLIN = zoneNamed('Europe/Berlin', 'timeZone');

function window(from: string, to: string, over: Partial<WindowFacts> = {}): WindowFacts {
  return {
    deliveryId: `${from}/${to}`,
    fromMs: at(from),
    toMs: at(to),
    label: from,
    workflowId: `journey-${from}`,
    outcome: 'completed',
    failureType: null,
    readAtMs: at(to),
    rows: 5,
    reading: null,
    revision: 1,
    newestRevision: 1,
    corrections: 0,
    deliveredAtMs: at(to),
    claimedAtMs: at(to),
    ...over,
  };
}

/** A day of Berlin's. */
function day(date: string, over: Partial<WindowFacts> = {}): WindowFacts {
  const start = at(`${date}T00:00:00+02:00`);
  return window(new Date(start).toISOString(), new Date(start + DAY_MS).toISOString(), over);
}

function said(windows: readonly WindowFacts[], expected: Parameters<typeof coverTime>[1] = []): readonly string[] {
  return coverTime(windows, expected, BERLIN).spans.map(
    ({ start, end, state }) =>
      `${new Date(start).toISOString().slice(5, 13)}–${new Date(end).toISOString().slice(5, 13)} ${state}`,
  );
}

describe('the coverage of a series', () => {
  test('a day that nobody read is missing, and the watermark stands before it', () => {
    const { spans, stretches } = coverTime([day('2026-10-01'), day('2026-10-02'), day('2026-10-04')], [], BERLIN);
    assert.deepEqual(
      spans.map(({ state }) => state),
      ['delivered', 'delivered', 'missing', 'delivered'],
    );
    assert.equal(stretches.length, 1);
    assert.equal(stretches[0]?.completeUpTo, at('2026-10-02T22:00:00Z'));
  });

  test('a month and a day of it are one time: the one that was claimed later counts there', () => {
    const month = window('2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z', { claimedAtMs: 1 });
    const fifth = day('2026-10-05', { claimedAtMs: 2, corrections: 1, revision: 2, newestRevision: 2 });
    assert.deepEqual(said([month, fifth]), [
      '09-30T22–10-04T22 delivered',
      '10-04T22–10-05T22 corrected',
      '10-05T22–10-31T23 delivered',
    ]);
    assert.deepEqual(said([{ ...month, claimedAtMs: 3 }, fifth]), ['09-30T22–10-31T23 delivered']);
  });

  test('a gap of 31 days is missing, one of 32 begins a new stretch, however long an hour is there', () => {
    const october = (end: string): readonly WindowFacts[] => [day('2026-10-01'), window(end, '2026-11-04T23:00:00Z')];
    assert.equal(coverTime(october('2026-11-01T23:00:00Z'), [], BERLIN).stretches.length, 1);
    const far = coverTime(october('2026-11-01T23:01:00Z'), [], BERLIN);
    assert.deepEqual([far.stretches.length, far.spans.length], [2, 2]);
    assert.equal(far.stretches[1]?.completeUpTo, at('2026-11-04T23:00:00Z'));
  });

  test('a correction that does not arrive is undelivered, and its time stays covered', () => {
    const { spans, stretches } = coverTime(
      [day('2026-10-01', { newestRevision: 2, outcome: 'undelivered' })],
      [],
      BERLIN,
    );
    assert.equal(spans[0]?.state, 'undelivered');
    assert.notEqual(stretches[0]?.completeUpTo, undefined);
  });

  test('a cancelled run says nothing; a failed one says so, and alone it is no gap of others', () => {
    assert.deepEqual(said([day('2026-10-01', { revision: null, newestRevision: null, outcome: 'cancelled' })]), []);
    const failed = day('2026-10-03', { revision: null, newestRevision: null, outcome: 'failed' });
    assert.deepEqual(said([day('2026-10-01'), failed]), ['09-30T22–10-01T22 delivered', '10-02T22–10-03T22 failed']);
  });

  test('equals a reference hour by hour, over any windows, corrections, expectations, zones and clock changes', () => {
    const start = Date.UTC(2026, 8, 20);
    const hours = 110 * 24;
    const spans = fc
      .tuple(fc.integer({ min: 0, max: hours - 2 }), fc.constantFrom(1, 6, 23, 24, 25, 7 * 24, 31 * 24))
      .map(([first, length]) => [start + first * HOUR_MS, start + Math.min(first + length, hours) * HOUR_MS] as const);
    const windows = fc.array(
      fc.record({
        span: spans,
        outcome: fc.constantFrom<WindowFacts['outcome'][]>(
          null,
          'completed',
          'undelivered',
          'failed',
          'cancelled',
          'timed-out',
        ),
        revision: fc.constantFrom(null, 1, 2),
        ahead: fc.constantFrom(0, 0, 1),
        reading: fc.constantFrom(null, null, 'final' as const, 'provisional' as const, 'not-at-source' as const),
        rows: fc.constantFrom(0, 7),
        claimedAtMs: fc.integer({ min: 1, max: 4 }),
      }),
      { maxLength: 7 },
    );
    const expected = fc.array(
      fc.tuple(spans, fc.boolean()).map(([[from, to], isLate]) => ({ scheduleId: 's', start: from, end: to, isLate })),
      { maxLength: 2 },
    );
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(windows, expected, zones, (random, wanted, zone) => {
        const facts = random.map(({ span: [fromMs, toMs], ahead, revision, ...rest }, index): WindowFacts => {
          const own = {
            deliveryId: `d${index}`,
            fromMs,
            toMs,
            label: '',
            workflowId: '',
            failureType: null,
            readAtMs: 1,
          };
          const newestRevision = revision === null ? null : revision + ahead;
          return { ...own, ...rest, revision, newestRevision, corrections: (revision ?? 1) - 1, deliveredAtMs: 1 };
        });
        const reference = referenceCoverage(facts, wanted, zone, [start, start + hours * HOUR_MS]);
        const { spans: found, stretches } = coverTime(facts, wanted, zoneNamed(zone, 'timeZone'));
        const byHour = Array.from({ length: hours }, (_, index) => {
          const instant = start + index * HOUR_MS;
          const own = found.filter((span) => span.start <= instant && instant < span.end);
          assert.ok(own.length <= 1, 'spans are disjoint');
          return own[0] ? { state: own[0].state, deliveryId: own[0].window?.deliveryId ?? null } : null;
        });
        assert.deepEqual(byHour, reference.hours);
        const newest = stretches.at(-1);
        assert.equal(newest?.completeUpTo ?? null, reference.completeUpTo);
        assert.equal(newest?.finalUpTo ?? null, reference.finalUpTo);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what a schedule should have read', () => {
  const NIGHTLY: Expectation = {
    scheduleId: 'nightly',
    every: 'day',
    at: '05:00',
    timeZone: 'Europe/Berlin',
    relative: 'yesterday',
    settleMs: 0,
    sinceMs: at('2026-10-20T12:00:00Z'),
    untilMs: null,
  };
  const spansAt = (now: string, over: Partial<Expectation> = {}): readonly string[] =>
    expectedSpans({ ...NIGHTLY, ...over }, at(now), 2 * HOUR_MS).map(
      ({ start, end, isLate }) =>
        `${new Date(start).toISOString().slice(0, 16)}–${new Date(end).toISOString().slice(0, 16)}${isLate ? ' late' : ''}`,
    );

  test('is nothing before its first start is due and its grace is over', () => {
    assert.deepEqual(spansAt('2026-10-21T04:59:00Z'), []);
    assert.deepEqual(spansAt('2026-10-21T05:00:00Z'), ['2026-10-19T22:00–2026-10-20T22:00 late']);
  });

  test('is late in its newest window, and missing before; days are those of its zone when the clocks change', () => {
    assert.deepEqual(spansAt('2026-10-27T08:00:00Z'), [
      '2026-10-19T22:00–2026-10-25T23:00',
      '2026-10-25T23:00–2026-10-26T23:00 late',
    ]);
  });

  test('waits for the settling of a window', () => {
    assert.deepEqual(spansAt('2026-10-21T05:00:00Z', { settleMs: 8 * HOUR_MS }), []);
    assert.equal(spansAt('2026-10-21T08:00:00Z', { settleMs: 8 * HOUR_MS }).length, 1);
  });

  test('ends where it was changed or retired, and then nothing is late', () => {
    const untilMs = at('2026-10-23T12:00:00Z');
    assert.deepEqual(spansAt('2026-11-27T08:00:00Z', { untilMs }), [
      '2026-10-19T22:00–2026-10-21T22:00',
      '2026-10-21T22:00–2026-10-22T22:00',
    ]);
  });

  test('leaves out the days that a weekly reading of yesterday never reads', () => {
    assert.deepEqual(spansAt('2026-11-03T08:00:00Z', { every: 'week' }), [
      '2026-10-24T22:00–2026-10-25T23:00',
      '2026-10-31T23:00–2026-11-01T23:00 late',
    ]);
  });

  test('is the same whether its windows are looked at one by one or not', () => {
    const daily = spansAt('2029-10-27T08:00:00Z');
    assert.deepEqual(daily, ['2026-10-19T22:00–2029-10-25T22:00', '2029-10-25T22:00–2029-10-26T22:00 late']);
    const weeks = spansAt('2026-12-09T08:00:00Z', { relative: 'last-7-days' });
    assert.deepEqual(weeks, ['2026-10-13T22:00–2026-12-07T23:00', '2026-12-07T23:00–2026-12-08T23:00 late']);
  });
});
