/** Windows of any cut around a change of the clocks: every journey is counted once, in the bucket that the clocks show. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createBuckets } from '../../../src/calendar/buckets.js';
import { resolveWindow } from '../../../src/calendar/windows.js';
import type { RunWindow } from '../../../src/contract/request/request.js';
import type { Leg } from '../../../src/domain/journeys/legs/leg.js';
import { JourneyRows, type JourneyRow } from '../../../src/domain/journeys/rows/journey-rows.js';
import { METRICS } from '../../../src/domain/journeys/rows/metrics.js';
import { definitionOf, HOUR_MS, join, legOf } from './journeys-fixtures.js';

const MINUTE_MS = 60_000;
const { settings } = definitionOf({ contained: 'none', shortAbandons: 'dropped' });
const HORIZON_MS = 4 * HOUR_MS;

interface Change {
  readonly zone: string;
  /** The instant at which the clocks change. */
  readonly at: string;
  readonly days: readonly [before: string, on: string, after: string, end: string];
  readonly hoursOfTheDay: number;
}

const CHANGES: readonly Change[] = [
  {
    zone: 'Europe/Berlin',
    at: '2026-03-29T01:00:00Z',
    days: ['2026-03-28', '2026-03-29', '2026-03-30', '2026-03-31'],
    hoursOfTheDay: 23,
  },
  {
    zone: 'Europe/Berlin',
    at: '2026-10-25T01:00:00Z',
    days: ['2026-10-24', '2026-10-25', '2026-10-26', '2026-10-27'],
    hoursOfTheDay: 25,
  },
  {
    zone: 'America/New_York',
    at: '2026-03-08T07:00:00Z',
    days: ['2026-03-07', '2026-03-08', '2026-03-09', '2026-03-10'],
    hoursOfTheDay: 23,
  },
  {
    zone: 'America/New_York',
    at: '2026-11-01T06:00:00Z',
    days: ['2026-10-31', '2026-11-01', '2026-11-02', '2026-11-03'],
    hoursOfTheDay: 25,
  },
];

/** After every window here, and after every horizon. */
const LATER = Date.parse('2027-01-01T00:00:00Z');

type Group = 'day' | 'hour';

/** Rows of one window, from the sheets that a run on it reads: those of the window and a horizon to either side. */
function rowsOf(legs: readonly Leg[], window: RunWindow, timeGroupBy: Group): JourneyRow[] {
  const [fromMs, toMs] = [Date.parse(window.from), Date.parse(window.to)];
  const read = legs.filter(({ startMs }) => startMs >= fromMs - HORIZON_MS && startMs < toMs + HORIZON_MS);
  const rows = new JourneyRows({
    metrics: METRICS,
    dimensions: [],
    buckets: createBuckets({ window, timeGroupBy }),
    filter: new Map(),
  });
  for (const journey of join(read, settings, { fromMs, toMs, readUntilMs: LATER }).journeys()) rows.add(journey);
  return rows.rows();
}

/** The label of an instant, by the platform's own calendar. */
function labelOf(instant: number, zone: string, group: Group): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  const local = format.format(instant).replace(' ', 'T');
  if (group === 'day') return local.slice(0, 10);
  const offset = Math.round((Date.parse(`${local}Z`) - Math.floor(instant / MINUTE_MS) * MINUTE_MS) / HOUR_MS);
  return `${local.slice(0, 13)}:00${offset < 0 ? '-' : '+'}${String(Math.abs(offset)).padStart(2, '0')}:00`;
}

/** Journeys around the change: most begin within hours of it, and their further legs lie on its other side. */
function contactsAround(changeMs: number): fc.Arbitrary<readonly Leg[]> {
  const minutes = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: -8, max: 8 }).map((quarter) => quarter * 15) },
    { weight: 1, arbitrary: fc.integer({ min: -24 * 60, max: 40 * 60 }) },
  );
  const made = fc.record({ start: minutes, length: fc.nat(300), later: fc.array(fc.nat(239), { maxLength: 3 }) });
  return fc.array(made, { minLength: 1, maxLength: 25, size: 'max' }).map((journeys) =>
    journeys.flatMap(({ start, length, later }, place) => {
      const rootId = String(1_000 * (place + 1));
      const startMs = changeMs + start * MINUTE_MS;
      const common = { durationSeconds: length * 60, queueSeconds: 30, agentSeconds: 20, agentId: '7' };
      return [
        legOf(rootId, { ...common, startMs }),
        ...later.map((after, step) =>
          legOf(String(1_000 * (place + 1) + step + 1), {
            ...common,
            masterContactId: rootId,
            startMs: startMs + after * MINUTE_MS,
            transfer: 'skill',
          }),
        ),
      ];
    }),
  );
}

/** The days cut at local midnights and at whole hours, the two of the same name among them. */
function windowsOf({ zone, days }: Change, cuts: readonly number[]): readonly RunWindow[] {
  const whole = resolveWindow({ dateFrom: days[0], dateTo: days[3], timeZone: zone }, LATER);
  const [from, to] = [Date.parse(whole.from), Date.parse(whole.to)];
  const edges = [...new Set([from, ...cuts.filter((cut) => cut > from && cut < to), to])].sort((a, b) => a - b);
  return edges.slice(1).map((end, place) => ({
    ...whole,
    from: new Date(edges[place] ?? from).toISOString(),
    to: new Date(end).toISOString(),
  }));
}

for (const change of CHANGES) {
  const { zone, at, days, hoursOfTheDay } = change;
  const changeMs = Date.parse(at);
  const midnights = days.slice(1, 3).map((day) => {
    return Date.parse(resolveWindow({ dateFrom: day, dateTo: days[3], timeZone: zone }, LATER).from);
  });
  const hour = fc.integer({ min: -30, max: 30 }).map((hours) => changeMs + hours * HOUR_MS);

  for (const [group, cut] of [
    ['day', fc.subarray(midnights)],
    ['hour', fc.array(fc.oneof(fc.constantFrom(...midnights), hour), { maxLength: 6 })],
  ] as const) {
    test(`${zone}, ${at}: windows of any cut count every contact once, by the ${group} that the clocks show`, () => {
      fc.assert(
        fc.property(contactsAround(changeMs), cut, (legs, cuts) => {
          const [whole] = windowsOf(change, []);
          assert.ok(whole);
          const rows = rowsOf(legs, whole, group);
          const parts = windowsOf(change, cuts).flatMap((window) => rowsOf(legs, window, group));
          assert.deepEqual(parts, rows, 'the parts have the rows of the whole');
          const expected = new Map<string, number>();
          for (const { contactId, masterContactId, startMs } of legs) {
            if (contactId !== masterContactId) continue;
            if (startMs < Date.parse(whole.from) || startMs >= Date.parse(whole.to)) continue;
            const label = labelOf(startMs, zone, group);
            expected.set(label, (expected.get(label) ?? 0) + 1);
          }
          const counted = rows
            .filter((row) => row['journeyStarted'] !== 0)
            .map((row) => [row['date'], row['journeyStarted']]);
          assert.deepEqual(Object.fromEntries(counted), Object.fromEntries(expected));
          const steps = rows.reduce((sum, row) => sum + Number(row['totalSteps']), 0);
          assert.equal(steps, legs.length, 'no leg is lost or counted twice');
        }),
        { numRuns: 60 },
      );
    });
  }

  test(`${zone}, ${at}: the day of the change has ${hoursOfTheDay} rows of an hour`, () => {
    const day = resolveWindow({ dateFrom: days[1], dateTo: days[2], timeZone: zone }, LATER);
    assert.equal(rowsOf([], day, 'hour').length, hoursOfTheDay);
  });
}
