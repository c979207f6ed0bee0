import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InvalidSimulatorOption } from '../../../simulator/invalid-option.js';
import { createRowSource, type Row, type RowSource } from '../../../simulator/rows/row-source.js';
import type { DataSettingsInput } from '../../../simulator/rows/settings.js';
import { weekQuery } from '../../support/sources/simulator-calls.js';

const METRICS = weekQuery().metric;
const SHARES = { late: 0.1, corrected: 0.2, removed: 0.05 };
/** Before the week begins: all of it is provisional. */
const NOTHING_SETTLED = '2026-11-02';

function sourceOf(data: DataSettingsInput = {}, query = weekQuery()): RowSource {
  return createRowSource({ org: 'acme', query, data });
}

function rowsOf(data: DataSettingsInput = {}, query = weekQuery()): readonly Row[] {
  return sourceOf(data, query).rows(0, Infinity);
}

const keyOf = ({ date, journeyId }: Row): string => JSON.stringify([date, journeyId]);
const byKey = (rows: readonly Row[]): ReadonlyMap<string, Row> => new Map(rows.map((row) => [keyOf(row), row]));

const share = fc.double({ min: 0, max: 1, noNaN: true });
const sharesArbitrary = fc.record({ late: share, corrected: share, removed: share });

test('what has settled is what there is without the shares, whatever they are', () => {
  const settled = rowsOf({ nulls: 0.1 });
  fc.assert(
    fc.property(sharesArbitrary, (shares) => {
      assert.deepEqual(rowsOf({ nulls: 0.1, ...shares }), settled);
      assert.deepEqual(rowsOf({ nulls: 0.1, ...shares, settledBefore: '2026-11-09' }), settled);
    }),
  );
  assert.deepEqual(rowsOf({ nulls: 0.1, settledBefore: NOTHING_SETTLED }), settled);
});

test('provisional rows lack the late ones, have others that will go, and other metric values, at the shares asked for', () => {
  const data = { rows: 20_000 };
  const settled = byKey(rowsOf(data));
  const rows = rowsOf({ ...data, ...SHARES, settledBefore: NOTHING_SETTLED });
  const provisional = byKey(rows);
  assert.equal(provisional.size, rows.length, 'each key once');
  const near = (found: number, expected: number): void => {
    assert.ok(Math.abs(found / 20_000 - expected) < 0.01, `${found} of 20,000 is not near ${expected}`);
  };
  const late = [...settled.keys()].filter((key) => !provisional.has(key));
  const going = [...provisional.keys()].filter((key) => !settled.has(key));
  const differing = [...provisional].filter(([key, row]) => {
    const later = settled.get(key);
    return later !== undefined && METRICS.some((metric) => later[metric] !== row[metric]);
  });
  near(late.length, SHARES.late);
  near(going.length, SHARES.removed);
  near(differing.length, SHARES.corrected * (1 - SHARES.late));
  for (const [key, row] of differing) {
    const { date, journeyId, journeyName, updatedAt } = settled.get(key) ?? {};
    assert.deepEqual({ ...row, ...{ date, journeyId, journeyName, updatedAt } }, row, 'only metrics differ');
  }
});

test('settles bucket by bucket: those that end at the instant or before', () => {
  const settled = rowsOf();
  const rows = rowsOf({ late: 1, settledBefore: '2026-11-05' });
  assert.deepEqual([...new Set(rows.map(({ date }) => date))], ['2026-11-02', '2026-11-03', '2026-11-04']);
  assert.deepEqual(rows, settled.slice(0, rows.length));
  assert.equal(rowsOf({ late: 1, settledBefore: '2026-11-05T23:59:59Z' }).length, rows.length);
  const hours = rowsOf({ late: 1, settledBefore: '2026-11-02T05:30:00Z' }, weekQuery({ timeGroupBy: 'hour' }));
  assert.equal(new Set(hours.map(({ date }) => date)).size, 5);
  const berlin = { timeZone: 'Europe/Berlin', late: 1, settledBefore: '2026-11-05' };
  const days = { dateFrom: '2026-11-02T23:00:00Z', dateTo: '2026-11-05T23:00:00Z' };
  assert.deepEqual([...new Set(rowsOf(berlin, weekQuery(days)).map(({ date }) => date))], ['2026-11-03', '2026-11-04']);
});

test('pages of any size add up to the provisional rows, as many as the total says', () => {
  const data = { rows: 500, nulls: 0.1, missingDays: 0.2, ...SHARES, settledBefore: '2026-11-05' };
  const source = sourceOf(data);
  const all = rowsOf(data);
  assert.equal(all.length, source.total);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), (size) => {
      const pages = Array.from({ length: Math.ceil(source.total / size) }, (_, page) =>
        source.rows(page * size, (page + 1) * size),
      );
      assert.deepEqual(pages.flat(), all);
    }),
  );
});

test('has provisional rows for any shares and any number of rows, also where whole days are late', () => {
  fc.assert(
    fc.property(sharesArbitrary, fc.integer({ min: 0, max: 60 }), (shares, rows) => {
      const source = sourceOf({ rows, ...shares, settledBefore: '2026-11-04' });
      const all = source.rows(0, Infinity);
      assert.equal(all.length, source.total);
      const settled = byKey(rowsOf({ rows }));
      if (shares.removed === 0) for (const row of all) assert.ok(settled.has(keyOf(row)));
      assert.deepEqual(source.rows(0, source.total), all);
    }),
  );
});

test('takes no memory for rows that have settled, whatever the shares', () => {
  const source = sourceOf({ rows: 1e9, ...SHARES, settledBefore: '2026-11-09' });
  assert.equal(source.total, 1e9);
  assert.equal(source.rows(999_999_990, 1_000_000_100).length, 10);
});

test('refuses a share above one, and an instant that is none, by name', () => {
  const refuses = (data: DataSettingsInput, named: RegExp): void => {
    assert.throws(
      () => sourceOf(data),
      (error) => error instanceof InvalidSimulatorOption && named.test(error.message),
    );
  };
  refuses({ late: 1.1 }, /late/);
  refuses({ settledBefore: 'next week' }, /settledBefore/);
});
