import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { rowsOfRevision, windowOf } from '../../support/destinations/rows-of-revision.js';
import { postgresRigs } from '../../support/destinations/postgres-rig.js';

const still = (): AbortSignal => new AbortController().signal;
const WRITTEN = { delivered: true, reason: 'written', permanent: false };

describe('a table that refuses', () => {
  const rig = postgresRigs();

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
});
