import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import pg from 'pg';
import { createPostgresDestination } from '../../../src/destinations/postgres/postgres-destination.js';
import { parseTable } from '../../../src/destinations/postgres/client.js';
import type { Cell, RowDestination, RowTable } from '../../../src/ports/index.js';
import { rowsOfRevision, windowOf } from '../../support/destinations/rows-of-revision.js';
import { cutAtCommit } from '../../support/records/cut-at-commit.js';
import { testPostgres } from '../../support/records/postgres.js';

const still = (): AbortSignal => new AbortController().signal;
const WRITTEN = { delivered: true, reason: 'written', permanent: false };

describe('a table', () => {
  const postgres = testPostgres();

  async function rig(table = 'journeys.metrics') {
    const url = await postgres.emptyDatabase();
    const name = parseTable(table);
    assert.ok(name);
    const destination = (as = url): RowDestination => createPostgresDestination({ readUrl: () => as, table: name });
    const sql = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        return (await client.query<Row>(text)).rows;
      } finally {
        await client.end();
      }
    };
    return { url, destination, sql };
  }

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

  it('of somebody else is refused, and never altered', async () => {
    const { destination, sql } = await rig('customers');
    await sql('CREATE TABLE customers (id integer, _revision bigint)');
    const answer = await destination().write(rowsOfRevision(), still());
    assert.deepEqual([answer.delivered, answer.permanent], [false, true]);
    assert.match(answer.reason, /^customers is a table of somebody else \(it has no column _delivery_id/);
    const columns = await sql(`SELECT attname FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attnum > 0`);
    assert.equal(columns.length, 2);
  });

  it('says in a sentence which right is missing, which type does not fit, and that nobody answers', async () => {
    const { destination, sql, url } = await rig();
    const user = `reader_${randomUUID().slice(0, 8)}`;
    await sql(`CREATE ROLE ${user} LOGIN PASSWORD 'pw'`);
    const other = new URL(url);
    other.username = user;
    other.password = 'pw';
    const denied = await destination(other.href).write(rowsOfRevision(), still());
    assert.match(denied.reason, /^the user has no right to create table journeys\.metrics and its columns: grant it/);
    assert.equal(denied.permanent, true);
    await sql(`DROP ROLE ${user}`);
    await destination().write(rowsOfRevision(), still());
    const columns = [{ name: 'date', type: 'instant' }] as const;
    const hours = await destination().write(rowsOfRevision({ columns, values: [[0]] }), still());
    assert.match(hours.reason, /^column "date" of journeys\.metrics is date, but these rows need timestamp/);
    other.port = '9';
    const nobody = await destination(other.href).write(rowsOfRevision(), still());
    assert.deepEqual([nobody.delivered, nobody.permanent], [false, false]);
    assert.match(nobody.reason, /^Postgres cannot be reached \(ECONNREFUSED\)/);
  });

  it('that a view, a right, a constraint or a time limit keeps from being written says so, and takes the rows when it is fixed', async () => {
    const { destination, sql, url } = await rig();
    const user = `writer_${randomUUID().slice(0, 8)}`;
    await sql(`CREATE ROLE ${user} LOGIN PASSWORD 'pw'`);
    const other = new URL(url);
    other.username = user;
    other.password = 'pw';
    const attempt = () => destination(other.href).write(rowsOfRevision(), still());
    const refused = async (reason: RegExp, permanent: boolean): Promise<void> => {
      const answer = await attempt();
      assert.match(answer.reason, reason);
      assert.deepEqual([answer.delivered, answer.permanent], [false, permanent]);
    };
    await sql('CREATE SCHEMA journeys');
    await refused(/^the user has no right to create table journeys\.metrics/, true);
    await sql(`GRANT ALL ON SCHEMA journeys TO ${user}; CREATE VIEW journeys.metrics AS SELECT 1 AS one`);
    await refused(/^journeys\.metrics is no table: name another one/, true);
    await sql('DROP VIEW journeys.metrics');
    await destination().write(rowsOfRevision({ window: windowOf('2026-12-01', '2026-12-02') }), still());
    await refused(/^the user has no right to write into journeys\.metrics: grant it/, true);
    await sql(`GRANT ALL ON ALL TABLES IN SCHEMA journeys TO ${user}; REVOKE INSERT ON journeys.metrics FROM ${user}`);
    await refused(/^the user has no right to write into journeys\.metrics: grant it/, true);
    await sql(`GRANT INSERT ON journeys.metrics TO ${user}`);
    await sql(`ALTER TABLE journeys.metrics ADD CONSTRAINT mine CHECK (_revision > 1000) NOT VALID`);
    await refused(/^Postgres has a constraint that these rows break/, true);
    await sql('ALTER TABLE journeys.metrics DROP CONSTRAINT mine');
    await sql(
      `CREATE FUNCTION journeys.late() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END'`,
    );
    await sql('CREATE TRIGGER late BEFORE INSERT ON journeys.metrics FOR EACH ROW EXECUTE FUNCTION journeys.late()');
    await sql(`ALTER ROLE ${user} SET statement_timeout = '300ms'`);
    await refused(/^Postgres cancelled a statement that ran too long: raise statement_timeout/, false);
    await sql('DROP TRIGGER late ON journeys.metrics');
    await sql(`ALTER ROLE ${user} RESET statement_timeout`);
    assert.deepEqual(await attempt(), WRITTEN);
  });

  it('has columns of every name that Postgres takes, reserved words too; a longer one is refused by name', async () => {
    const { destination, sql } = await rig('journeys.order');
    const names = ['select', 'user', 'end', 'ctid', 'x'.repeat(63)];
    const columns = (all: readonly string[]) => all.map((name) => ({ name, type: 'text' }) as const);
    const taken = names.filter((name) => name !== 'ctid');
    const row = taken.map((name) => `of ${name}`);
    assert.deepEqual(
      await destination().write(rowsOfRevision({ columns: columns(taken), values: [row] }), still()),
      WRITTEN,
    );
    assert.deepEqual(await sql(`SELECT "select", "user", "end" FROM journeys."order"`), [
      { select: 'of select', user: 'of user', end: 'of end' },
    ]);
    const long = 'ü'.repeat(32);
    const revision = rowsOfRevision({ revision: 2, columns: columns([long]), values: [['a']] });
    const answer = await destination().write(revision, still());
    assert.match(answer.reason, new RegExp(`^the field "${long}" is longer than the 63 bytes`));
    assert.equal(answer.permanent, true);
    const system = rowsOfRevision({ revision: 2, columns: columns(['ctid']), values: [['a']] });
    const reserved = await destination().write(system, still());
    assert.match(reserved.reason, /^the field "ctid" has a name that Postgres keeps for itself/);
    assert.equal(reserved.permanent, true);
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

  it('can be tried, and nothing stays of it', async () => {
    const { destination, sql } = await rig();
    const steps: string[] = [];
    for await (const { step, status } of destination().check(still(), true)) steps.push(`${step} ${status}`);
    assert.deepEqual(steps, [
      ...['configuration ok', 'reach ok', 'authenticate ok', 'table ok', 'write ok', 'read back ok', 'clean up ok'],
    ]);
    assert.deepEqual(await sql(`SELECT FROM pg_namespace WHERE nspname = 'journeys'`), []);
  });

  it('that is there can be tried by a user who may create nothing, and names the right that is missing', async () => {
    const { destination, sql, url } = await rig();
    await destination().write(rowsOfRevision(), still());
    const user = `tester_${randomUUID().slice(0, 8)}`;
    await sql(`CREATE ROLE ${user} LOGIN PASSWORD 'pw'; GRANT USAGE ON SCHEMA journeys TO ${user}`);
    await sql(`GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA journeys TO ${user}`);
    const other = new URL(url);
    other.username = user;
    other.password = 'pw';
    const last = async () => {
      const found = [];
      for await (const { step, status, found: text } of destination(other.href).check(still(), true)) {
        found.push(`${step} ${status}: ${text}`);
      }
      return found.at(-1);
    };
    assert.equal(await last(), 'write fail: the user has no right to insert in journeys.metrics: grant it');
    await sql(`GRANT INSERT ON journeys.metrics TO ${user}`);
    assert.equal(await last(), 'write fail: the user has no right to insert in journeys.metrics_windows: grant it');
    await sql(`GRANT INSERT ON journeys.metrics_windows TO ${user}`);
    assert.equal(await last(), 'write ok: the user has every right to both tables');
    assert.deepEqual(await destination(other.href).write(rowsOfRevision({ revision: 2 }), still()), WRITTEN);
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
