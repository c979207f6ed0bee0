import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cell, RowTable } from '../../../src/ports/index.js';
import { rowsOfRevision, windowOf } from '../../support/destinations/rows-of-revision.js';
import { cutAtCommit } from '../../support/records/cut-at-commit.js';
import { postgresRigs } from '../../support/destinations/postgres-rig.js';

const still = (): AbortSignal => new AbortController().signal;
const WRITTEN = { delivered: true, reason: 'written', permanent: false };

describe('a table', () => {
  const rig = postgresRigs();

  const counts = 'SELECT _revision::int AS revision, count(*)::int AS rows FROM journeys.metrics GROUP BY 1 ORDER BY 1';

  it('is made with its schema and columns, and a window in it is replaced whole', async () => {
    const { destination, sql } = await rig();
    assert.deepEqual(await destination().write(rowsOfRevision(), still()), WRITTEN);
    const next = rowsOfRevision({ revision: 2, values: [[20_000, null, null]] });
    assert.deepEqual(await destination().write(next, still()), WRITTEN);
    assert.deepEqual(await sql(counts), [{ revision: 2, rows: 1 }]);
    const [row] = await sql('SELECT date::text, "journeyId", "journeyCompletionRate" AS rate FROM journeys.metrics');
    assert.deepEqual(row, { date: '2024-10-04', journeyId: null, rate: null });
    const columns = await sql<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'journeys.metrics_windows'::regclass AND attnum > 0 ORDER BY attnum`,
    );
    assert.deepEqual(
      columns.map(({ name }) => name),
      [
        ...['_delivery_id', '_org', '_source', '_series', '_window_from', '_window_to', '_time_zone', '_revision'],
        ...['_rows', '_complete', '_final', '_run_key', '_delivered_at', '_read_at'],
      ],
    );
  });

  it('gets a column with the first field that needs one, and loses none', async () => {
    const { destination, sql } = await rig('metrics');
    await destination().write(rowsOfRevision(), still());
    const columns = [
      { name: 'date', type: 'date' },
      { name: 'channel', type: 'text' },
      { name: 'extra "field"', type: 'json' },
    ] as const;
    const texts = ['a\tb\\n\n"c"', '{"a":"\\u0000"}'];
    const day = windowOf('2026-12-01', '2026-12-02');
    await destination().write(rowsOfRevision({ columns, values: [[20_100, ...texts]], window: day }), still());
    assert.deepEqual(
      await sql(`SELECT channel, "extra ""field""" AS extra, "journeyId" FROM metrics WHERE channel IS NOT NULL`),
      [{ channel: texts[0], extra: texts[1], journeyId: null }],
    );
    assert.equal((await sql('SELECT FROM metrics WHERE "journeyId" IS NOT NULL')).length, 7);
  });

  it('keeps a later revision: the attempt of an older one ends as superseded', async () => {
    const { destination, sql } = await rig();
    await destination().write(rowsOfRevision({ revision: 3 }), still());
    const old = await destination().write(rowsOfRevision({ revision: 2, values: [] }), still());
    assert.deepEqual([old.delivered, old.superseded], [true, true]);
    assert.deepEqual(await sql(counts), [{ revision: 3, rows: 7 }]);
  });

  it('says which revision it has of a delivery, and whose; none without a table, or without an answer', async () => {
    const { destination, url } = await rig();
    const second = rowsOfRevision({ revision: 2 });
    assert.equal(await destination().standing(second, still()), undefined);
    await destination().write(second, still());
    const expected = { revision: 2, runKey: second.runKey };
    assert.deepEqual(await destination().standing(rowsOfRevision(), still()), expected);
    assert.equal(await destination().standing({ ...second, deliveryId: 'f'.repeat(32) }, still()), undefined);
    const nowhere = new URL(url);
    nowhere.pathname = '/nowhere';
    assert.equal(await destination(nowhere.href).standing(second, still()), undefined);
  });

  it('loses the rows of windows that a later one covers wholly, and tells of those that only overlap', async () => {
    const { destination, sql } = await rig();
    const days = ['2026-11-01', '2026-11-02', '2026-11-03'].map((day, index, all) =>
      rowsOfRevision({ window: windowOf(day, all[index + 1] ?? '2026-11-09') }),
    );
    for (const day of days) await destination().write(day, still());
    const answer = await destination().write(rowsOfRevision({ claimedAt: '2026-11-11T00:00:00Z' }), still());
    assert.deepEqual(
      answer.warnings?.map(({ kind, count }) => [kind, count]),
      [['overlapping-windows', 1]],
      'the last one reaches a day further',
    );
    const rows =
      'SELECT _window_to::date::text AS to, count(*)::int AS rows FROM journeys.metrics GROUP BY 1 ORDER BY 1';
    assert.deepEqual(await sql(rows), [
      { to: '2026-11-08', rows: 7 },
      { to: '2026-11-09', rows: 6 },
    ]);
    const late = await destination().write(days[0] ?? rowsOfRevision(), still());
    assert.equal(late.superseded, true);
  });

  it('is written by twenty runs at once without a deadlock, each window whole', async () => {
    const { destination, sql } = await rig();
    const windows = Array.from({ length: 10 }, (_, index) => {
      const day = (add: number): string => `2026-11-${String(1 + ((index * 3) % 7) + add).padStart(2, '0')}`;
      return windowOf(day(0), day(1 + (index % 4)));
    });
    const writes = windows.flatMap((window, index) =>
      [1, 2].map((revision) =>
        destination().write(
          rowsOfRevision({ window, revision, claimedAt: `2026-11-${10 + revision}T00:00:${10 + index}Z` }),
          still(),
        ),
      ),
    );
    const answers = await Promise.all(writes);
    const undelivered = answers.filter(({ delivered }) => !delivered);
    assert.deepEqual(undelivered, []);
    const torn = await sql(`
      SELECT w._window_from FROM journeys.metrics_windows w LEFT JOIN journeys.metrics m USING (_delivery_id, _revision)
      GROUP BY w._delivery_id, w._window_from, w._rows HAVING count(m.date) <> w._rows`);
    assert.deepEqual(torn, []);
  });

  it('shows nothing of an attempt that broke off, and the next one completes it', async () => {
    const { destination, sql } = await rig();
    await destination().write(rowsOfRevision(), still());
    const second = rowsOfRevision({ revision: 2 });
    const breaking: RowTable = {
      ...second.table,
      async *batches(signal) {
        yield* second.table.batches(signal);
        throw new Error('killed');
      },
    };
    await assert.rejects(destination().write({ ...second, table: breaking }, still()), /killed/);
    assert.deepEqual(await sql(counts), [{ revision: 1, rows: 7 }]);
    await destination().write(second, still());
    assert.deepEqual(await sql(counts), [{ revision: 2, rows: 7 }]);
  });

  it('knows by its windows whether a commit was done whose answer was lost', async (t) => {
    const { url, destination, sql } = await rig();
    await destination().write(rowsOfRevision(), still());
    for (const [arrives, reason] of [
      [true, 'written'],
      [false, 'Postgres broke the connection off'],
    ] as const) {
      const through = await cutAtCommit(t, url, arrives);
      const revision = arrives ? 2 : 3;
      const answer = await destination(through).write(rowsOfRevision({ revision }), still());
      assert.deepEqual([answer.delivered, answer.reason], [arrives, reason]);
      assert.deepEqual(await sql(counts), [{ revision: 2, rows: 7 }]);
    }
  });

  it('says when a window was read last, also where nothing has changed', async () => {
    const { destination, sql } = await rig();
    await destination().write(rowsOfRevision({ complete: false }), still());
    await destination().seen(rowsOfRevision({ readAt: '2026-11-12T00:00:00.000Z' }), still());
    const windows =
      'SELECT _read_at::text AS read, _complete AS complete, _rows::int AS rows FROM journeys.metrics_windows';
    const [window] = await sql<{ read: string; complete: boolean; rows: number }>(windows);
    assert.match(window?.read ?? '', /^2026-11-12/);
    assert.deepEqual([window?.complete, window?.rows], [true, 7]);
  });

  it('keeps doubles to the last bit, and texts of every kind', async () => {
    const { destination, sql } = await rig('metrics');
    const columns = [
      { name: 'date', type: 'instant' },
      { name: 'n', type: 'number' },
      { name: 't', type: 'text' },
    ] as const;
    const values: Cell[][] = [
      [0, 5e-324, ''],
      [1.7e12, 1.797_693_134_862_315_7e308, '\\N'],
      [null, 0.1 + 0.2, 'ß€😀\u007f'],
      [86_399_999, -0, '12345678901234567890'],
    ];
    await destination().write(rowsOfRevision({ columns, values }), still());
    const rows = await sql<{ n: number; t: string }>('SELECT n, t FROM metrics ORDER BY n');
    assert.deepEqual(
      rows.map(({ n, t }) => [n + 0, t]),
      values.map(([, n, t]) => [Number(n) + 0, t]).sort(([one], [other]) => Number(one) - Number(other)),
    );
  });
});
