import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { createRowSource, type Row } from '../../../simulator/rows/row-source.js';
import type { DataSettingsInput } from '../../../simulator/rows/settings.js';
import { createBuckets } from '../../../src/calendar/buckets.js';
import { resolveWindow } from '../../../src/calendar/windows.js';
import { parseRequest } from '../../../src/contract/request/request-schema.js';
import { weekQuery } from '../../support/sources/simulator-calls.js';

function rowsOf(data: DataSettingsInput, query: ReturnType<typeof weekQuery>): readonly Row[] {
  return createRowSource({ org: 'acme', query, data }).rows(0, Infinity);
}

test('gives a partly covered day, week or hour the figures of that part: what windows cut apart adds up again', () => {
  const counts = ['journeyStarted', 'journeyCompleted', 'journeyDroppedOff', 'journeyEscalated'];
  const [from, to] = [Date.parse('2026-11-01T00:00:00Z'), Date.parse('2026-11-08T00:00:00Z')];
  const instant = fc.integer({ min: 1, max: 7 * 1_440 - 1 }).map((minute) => from + minute * 60_000);
  const units = fc.constantFrom('hour' as const, 'day' as const, 'week' as const);
  const sums = (rows: readonly Row[]): Map<string, number> => {
    const found = new Map<string, number>();
    for (const row of rows) {
      for (const metric of counts) {
        const key = [row['date'], row['journeyId'], metric].join(' ');
        found.set(key, (found.get(key) ?? 0) + Number(row[metric]));
      }
    }
    return found;
  };
  fc.assert(
    fc.property(fc.uniqueArray(instant, { minLength: 1, maxLength: 8 }), units, (cuts, timeGroupBy) => {
      const read = (start: number, end: number): readonly Row[] => {
        const window = { dateFrom: new Date(start).toISOString(), dateTo: new Date(end).toISOString() };
        return rowsOf({ outliers: 0.1 }, weekQuery({ metric: counts, timeGroupBy, ...window }));
      };
      const edges = [from, ...cuts.toSorted((a, b) => a - b), to];
      const parts = edges.slice(1).flatMap((end, index) => read(edges[index] ?? from, end));
      assert.deepEqual(new Map([...sums(parts)].sort()), new Map([...sums(read(from, to))].sort()));
      for (const row of parts) {
        assert.ok(Number(row['journeyStarted']) >= Number(row['journeyCompleted']) + Number(row['journeyDroppedOff']));
      }
    }),
    { numRuns: 30 },
  );
});

test('a day of another zone than its own has two dates, with the figures of the hours that docs/request.md says', () => {
  const zones = [
    ['UTC', [['2026-11-02', 24]]],
    ['Europe/Berlin', [['2026-11-01', 1], ['2026-11-02', 23]]],
    ['America/New_York', [['2026-11-02', 19], ['2026-11-03', 5]]],
    ['Asia/Kolkata', [['2026-11-01', 5.5], ['2026-11-02', 18.5]]],
  ] as const; // prettier-ignore
  for (const [zone, dates] of zones) {
    const day = (offset: number): string =>
      DateTime.fromISO('2026-11-02', { zone }).plus({ days: offset }).toUTC().toISO() ?? '';
    const query = weekQuery({ dateFrom: day(0), dateTo: day(1), metric: ['journeyStarted'], dimension: [] });
    const covered = rowsOf({}, query);
    assert.deepEqual(
      covered.map(({ date }) => date),
      dates.map(([date]) => date),
    );
    for (const [index, [date, hours]] of dates.entries()) {
      const next = DateTime.fromISO(date, { zone: 'UTC' }).plus({ days: 1 }).toISO() ?? '';
      const [whole] = rowsOf({}, { ...query, dateFrom: `${date}T00:00:00Z`, dateTo: next });
      const share = Number(covered[index]?.['journeyStarted']) / Number(whole?.['journeyStarted']);
      assert.ok(Math.abs(share - hours / 24) < 0.05, `${date} in ${zone}: ${share}`);
    }
  }
});

test('the requests of examples/ have a row in each bucket, and none outside the window', () => {
  const folder = new URL('../../../examples/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  assert.ok(files.length > 0);
  for (const file of files) {
    const parsed = parseRequest(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    assert.ok(parsed.ok, file);
    const { query: asked, timeZone, window: named } = parsed.request;
    const { dateFrom, dateTo } = asked;
    const window = resolveWindow({ dateFrom, dateTo, timeZone, window: named }, Date.parse('2026-11-20T09:00:00Z'));
    const query = weekQuery({ ...asked, dateFrom: window.from, dateTo: window.to });
    const buckets = createBuckets({ window, timeGroupBy: query.timeGroupBy });
    const found = new Set(rowsOf({}, query).map(({ date }) => buckets.indexOf(date)));
    assert.deepEqual([...found], [...buckets.labels.keys()], file);
  }
});
