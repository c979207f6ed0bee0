import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Database } from '../../../src/records/postgres/database.js';
import { execute } from '../../support/records/postgres.js';
import { PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const postgres = postgresWithRecords();

test('a password that is rotated is used by new connections, and no step fails meanwhile', async (t) => {
  const url = await postgres.database();
  const user = `rotating_${randomUUID().slice(0, 8)}`;
  const as = (password: string): string => {
    const own = new URL(url);
    return Object.assign(own, { username: user, password }).href;
  };
  await execute(url, `CREATE ROLE ${user} LOGIN PASSWORD 'first'`);
  const database = new Database({ url: as('first'), connections: 6 });
  t.after(() => database.close());
  t.after(() => execute(url, `DROP ROLE IF EXISTS ${user}`));
  const ask = (): Promise<readonly object[]> => database.run('asking', PATIENCE, (query) => query('SELECT 1'));
  await ask();
  await execute(url, `ALTER ROLE ${user} PASSWORD 'second'`);
  // The open connection stays.
  await ask();
  assert.equal(database.follow(as('second')), true);
  await execute(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${user}'`);
  await Promise.all([ask(), ask(), ask()]);
});

test('a URL that leads elsewhere is not followed', async (t) => {
  const url = await postgres.database();
  const database = new Database({ url });
  t.after(() => database.close());
  const elsewhere = new URL(url);
  elsewhere.pathname = '/another';
  assert.equal(database.follow(elsewhere.href), false);
  await database.run('asking', PATIENCE, (query) => query('SELECT 1'));
});
