import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCatalogue } from '../../../simulator/catalogue.js';
import { InvalidSimulatorOption } from '../../../simulator/invalid-option.js';
import { MEASURED_METRICS } from '../../../simulator/rows/measures.js';
import { createRowSource, type Row } from '../../../simulator/rows/row-source.js';
import type { DataSettingsInput } from '../../../simulator/rows/settings.js';
import { weekQuery } from '../../support/sources/simulator-calls.js';

function rowsOf(data: DataSettingsInput = {}, query = weekQuery(), org = 'acme'): readonly Row[] {
  return createRowSource({ org, query, data }).rows(0, Infinity);
}

function share(rows: readonly Row[], matches: (row: Row) => boolean): number {
  return rows.filter(matches).length / rows.length;
}

test('gives the same rows for the same seed, organisation and query, and others for another seed or organisation', () => {
  assert.deepEqual(rowsOf({ seed: 'a' }), rowsOf({ seed: 'a' }));
  assert.notDeepEqual(rowsOf({ seed: 'a' }), rowsOf({ seed: 'b' }));
  assert.notDeepEqual(rowsOf({}, weekQuery(), 'acme'), rowsOf({}, weekQuery(), 'other'));
});

test('pages of any size add up to the same rows', () => {
  const all = rowsOf({ rows: 500, missingDays: 0.2, nulls: 0.1 });
  const source = createRowSource({
    org: 'acme',
    query: weekQuery(),
    data: { rows: 500, missingDays: 0.2, nulls: 0.1 },
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), (size) => {
      const pages = Array.from({ length: Math.ceil(500 / size) }, (_, page) =>
        source.rows(page * size, (page + 1) * size),
      );
      assert.deepEqual(pages.flat(), all);
    }),
  );
});

test('has as many rows as asked for, spread evenly over the days, each under its own dimension values', () => {
  fc.assert(
    fc.property(fc.integer({ min: 7, max: 3_000 }), (rows) => {
      const all = rowsOf({ rows }, weekQuery({ dimension: ['journeyId', 'channel'] }));
      assert.equal(all.length, rows);
      const days = [...new Set(all.map(({ date }) => date))];
      assert.equal(days.length, 7);
      const sizes = days.map((day) => all.filter(({ date }) => date === day).length);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      assert.equal(new Set(all.map(({ date, journeyId, channel }) => [date, journeyId, channel].join())).size, rows);
    }),
    { numRuns: 30 },
  );
});

test('computes a page in the millions without computing those before it', () => {
  const source = createRowSource({ org: 'acme', query: weekQuery(), data: { rows: 1e9 } });
  assert.equal(source.total, 1e9);
  assert.equal(source.rows(999_999_990, 1_000_000_100).length, 10);
});

test('orders a row as date, dimensions and metrics as asked for, then what nobody asked for', () => {
  const query = weekQuery({ dimension: ['region', 'journeyId'], metric: ['journeyStarted', 'journeyDropOffRate'] });
  const expected = ['date', 'region', 'journeyId', 'journeyStarted', 'journeyDropOffRate', 'journeyName', 'updatedAt'];
  for (const row of rowsOf({}, query)) assert.deepEqual(Object.keys(row), expected);
});

test('gives a metric the same values whatever else is asked for', () => {
  const alone = rowsOf({ nulls: 0.2 }, weekQuery({ metric: ['journeyDropOffRate'] }));
  const both = rowsOf({ nulls: 0.2 }, weekQuery({ metric: ['journeyStarted', 'journeyDropOffRate'] }));
  assert.deepEqual(
    alone.map((row) => row['journeyDropOffRate']),
    both.map((row) => row['journeyDropOffRate']),
  );
});

test('has rates that are shares: completion and drop-off are never above one together', () => {
  for (const row of rowsOf({ rows: 5_000, outliers: 0.3 })) {
    const completion = Number(row['journeyCompletionRate']);
    const dropOff = Number(row['journeyDropOffRate']);
    assert.ok(completion >= 0 && dropOff >= 0 && completion + dropOff <= 1, JSON.stringify(row));
  }
});

test('starts fewer journeys at the weekend', () => {
  const rows = rowsOf({}, weekQuery({ metric: ['journeyStarted'] }));
  const started = (date: string): number =>
    rows.filter((row) => row['date'] === date).reduce((sum, row) => sum + Number(row['journeyStarted']), 0);
  assert.ok(started('2026-11-08') < started('2026-11-02') / 2);
});

test('spoils values at the rates that were asked for, and none unasked', () => {
  const metric = 'journeyCompletionRate';
  const clean = rowsOf({ rows: 20_000 });
  assert.equal(
    share(clean, (row) => typeof row[metric] === 'number'),
    1,
  );
  const spoilt = rowsOf({ rows: 20_000, nulls: 0.1, absentKeys: 0.05, words: 0.02, numericStrings: 0.2 });
  const near = (actual: number, expected: number): void => {
    assert.ok(Math.abs(actual - expected) < 0.02, `${actual} is not near ${expected}`);
  };
  near(
    share(spoilt, (row) => row[metric] === null),
    0.1,
  );
  near(
    share(spoilt, (row) => !(metric in row)),
    0.05,
  );
  near(
    share(spoilt, (row) => row[metric] === 'n/a'),
    0.02,
  );
  near(
    share(spoilt, (row) => typeof row[metric] === 'string' && row[metric] !== 'n/a'),
    0.2,
  );
  spoilt.forEach((row, index) => {
    if (typeof row[metric] === 'string' && row[metric] !== 'n/a')
      assert.equal(Number(row[metric]), clean[index]?.[metric]);
  });
});

test('makes outliers that the interquartile rule finds, at their rate, and nearly none otherwise', () => {
  const found = (data: DataSettingsInput): number => {
    const values = rowsOf({ rows: 10_000, ...data }).map((row) => Number(row['journeyCompletionRate']));
    const sorted = values.toSorted((a, b) => a - b);
    const [q1 = 0, q3 = 0] = [sorted[2_500], sorted[7_500]];
    return values.filter((value) => value < q1 - 1.5 * (q3 - q1) || value > q3 + 1.5 * (q3 - q1)).length;
  };
  assert.ok(found({}) < 20);
  assert.ok(Math.abs(found({ outliers: 0.03 }) - 300) < 60);
});

test('loses whole days, the same ones in every query that covers them', () => {
  const data = { missingDays: 0.3 };
  const november = weekQuery({ dateFrom: '2026-11-01', dateTo: '2026-12-01' });
  const present = new Set(rowsOf(data, november).map(({ date }) => String(date)));
  assert.ok(present.size > 10 && present.size < 30);
  const hours = new Set(
    rowsOf(data, { ...november, timeGroupBy: 'hour' }).map(({ date }) => String(date).slice(0, 10)),
  );
  assert.deepEqual(hours, present);
  const perDay = createRowSource({ org: 'acme', query: november, data }).total / present.size;
  assert.equal(perDay, 8);
});

test('labels buckets by their first day in its own zone, and hours by their instant', () => {
  const first = (change: Parameters<typeof weekQuery>[0], data: DataSettingsInput = {}): unknown =>
    rowsOf(data, weekQuery(change))[0]?.['date'];
  assert.equal(first({}), '2026-11-02');
  assert.equal(first({}, { dates: 'instant' }), '2026-11-02T00:00:00.000Z');
  assert.equal(first({ timeGroupBy: 'hour' }), '2026-11-02T00:00:00.000Z');
  assert.equal(first({ timeGroupBy: 'week', dateFrom: '2026-11-05' }), '2026-11-02');
  assert.equal(first({ timeGroupBy: 'month' }), '2026-11-01');
  const berlin = { dateFrom: '2026-10-24T22:00:00Z', dateTo: '2026-10-25T23:00:00Z' };
  const zoned = (timeGroupBy: 'hour' | 'day') =>
    createRowSource({ org: 'acme', query: weekQuery({ ...berlin, timeGroupBy }), data: { timeZone: 'Europe/Berlin' } })
      .buckets;
  assert.deepEqual(
    zoned('day').map(({ date }) => date),
    ['2026-10-25'],
  );
  assert.equal(zoned('hour').length, 25);
});

test('honours a filter, and has no rows when it leaves none', () => {
  const query = weekQuery({
    dimension: ['journeyId', 'channel'],
    filter: { channel: ['voice', 'chat'], journeyId: 'claim' },
  });
  const pairs = new Set(rowsOf({}, query).map(({ journeyId, channel }) => `${journeyId} ${channel}`));
  assert.deepEqual([...pairs], ['claim voice', 'claim chat']);
  assert.deepEqual(rowsOf({ rows: 10 }, weekQuery({ filter: { journeyId: 'no such journey' } })), []);
});

test('writes text with accents, quotes, braces and line ends when asked to', () => {
  const names = rowsOf({ rows: 200, oddText: 1 })
    .map(({ journeyName }) => String(journeyName))
    .join();
  for (const odd of ['é', '"', '{', '\\', '\n', '🛒']) assert.ok(names.includes(odd), odd);
});

test('knows how to measure every metric of the catalogue, and no other', () => {
  assert.deepEqual([...MEASURED_METRICS], [...readCatalogue().metrics]);
});

test('refuses settings that make no sense, by name', () => {
  const refuses = (data: DataSettingsInput, named: RegExp): void => {
    assert.throws(
      () => createRowSource({ org: 'acme', query: weekQuery(), data }),
      (error) => error instanceof InvalidSimulatorOption && named.test(error.message),
    );
  };
  refuses({ nulls: 2 }, /nulls/);
  refuses({ rows: -1 }, /rows/);
  refuses({ timeZone: 'Berlin' }, /timeZone/);
});
