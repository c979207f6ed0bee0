import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf } from '../../../src/config/errors.js';
import { checkConnection } from '../../../src/records/postgres/check-connection.js';
import { Database } from '../../../src/records/postgres/database.js';
import { RecordsError } from '../../../src/records/postgres/errors.js';
import { migrate } from '../../../src/records/postgres/migrate.js';
import { MIGRATIONS } from '../../../src/records/postgres/migrations.js';
import { execute, testPostgres } from '../../support/records/postgres.js';
import { NOW, openFor, PATIENCE } from '../../support/records/records.js';

const postgres = testPostgres();

const VERSIONS = 'SELECT version, name FROM schema_migrations ORDER BY version';
const KNOWN = MIGRATIONS.map(({ name }, index) => ({ version: index + 1, name }));

test('brings an empty database up to date, and leaves one that is so as it is', async (t) => {
  const url = await postgres.emptyDatabase();
  await openFor(t, url);
  const first = await execute(url, 'SELECT * FROM schema_migrations');
  await openFor(t, url);
  assert.deepEqual(await execute(url, 'SELECT * FROM schema_migrations'), first);
  assert.deepEqual(await execute(url, VERSIONS), KNOWN);
});

test('lets eight workers start at once on an empty database', async (t) => {
  const url = await postgres.emptyDatabase();
  const all = await Promise.all(Array.from({ length: 8 }, () => openFor(t, url)));
  assert.equal(all.length, 8);
  assert.deepEqual(await execute(url, VERSIONS), KNOWN);
});

test('applies only the migrations that are missing, and none of them when one fails', async (t) => {
  const url = await postgres.emptyDatabase();
  await openFor(t, url);
  const database = new Database({ url });
  t.after(() => database.close());
  const add = { name: 'a table', oldest: KNOWN.length, sql: 'CREATE TABLE added (a integer)' };
  const broken = [...MIGRATIONS, add, { name: 'broken', oldest: KNOWN.length, sql: 'CREATE TABLE added (a integer)' }];
  await assert.rejects(migrate(database, PATIENCE, broken), RecordsError);
  assert.deepEqual(await execute(url, `SELECT to_regclass('added') AS added`), [{ added: null }]);
  await migrate(database, PATIENCE, [...MIGRATIONS, add]);
  assert.deepEqual(await execute(url, VERSIONS), [...KNOWN, { version: KNOWN.length + 1, name: add.name }]);
});

test('a newer schema is used by a program that its migration allows, and refused to an older one, in a sentence', async (t) => {
  const url = await postgres.emptyDatabase();
  const known = KNOWN.length;
  const database = new Database({ url });
  t.after(() => database.close());
  const later = { name: 'a table', sql: 'CREATE TABLE added (a integer)', oldest: known };
  await migrate(database, PATIENCE, [...MIGRATIONS, later]);
  const records = await openFor(t, url);
  assert.deepEqual(await records.auditLog.list({ limit: 1 }, PATIENCE), []);
  assert.equal((await execute(url, VERSIONS)).length, known + 1);

  await migrate(database, PATIENCE, [...MIGRATIONS, later, { ...later, sql: 'DROP TABLE added', oldest: known + 2 }]);
  await assert.rejects(openFor(t, url), (error: RecordsError) => {
    assert.equal(error.failureType, 'RecordsConflict');
    assert.equal(exitCodeOf(error), 2);
    const versions = `are of version ${known + 2} and need a program of version ${known + 2}, but this one is of version ${known}`;
    assert.ok(error.message.includes(`${versions}: update the program`), error.message);
    return true;
  });
});

test('a newer schema that names no oldest program is refused', async (t) => {
  const url = await postgres.emptyDatabase();
  await openFor(t, url);
  const next = KNOWN.length + 1;
  await execute(url, 'INSERT INTO schema_migrations (version, name, sha256) VALUES ($1, $2, $3)', [next, 'later', 'x']);
  await assert.rejects(openFor(t, url), { message: new RegExp(`need a program of version ${next}`) });
});

test('refuses a schema that another program made', async (t) => {
  const url = await postgres.emptyDatabase();
  await openFor(t, url);
  await execute(url, `UPDATE schema_migrations SET sha256 = 'other' WHERE version = 1`);
  await assert.rejects(openFor(t, url), { failureType: 'RecordsConflict', message: /version 1 of the schema/ });
  const foreign = await postgres.emptyDatabase();
  await execute(foreign, 'CREATE TABLE schema_migrations (version text)');
  await assert.rejects(openFor(t, foreign), {
    failureType: 'RecordsConflict',
    message: /does not have the tables that this version/,
  });
});

test('opens an up-to-date database that is read-only, and refuses one that would have to be migrated', async (t) => {
  const url = await postgres.emptyDatabase();
  const readOnly = `${url}?options=-c%20default_transaction_read_only%3Don`;
  await assert.rejects(openFor(t, readOnly), { failureType: 'RecordsUnavailable', message: /does not accept writes/ });
  await openFor(t, url);
  const records = await openFor(t, readOnly);
  assert.deepEqual(await records.auditLog.list({ limit: 10 }, PATIENCE), []);
});

test('reports what doctor wants to know, and changes nothing', async (t) => {
  const url = await postgres.emptyDatabase();
  const before = await checkConnection({ url }, PATIENCE);
  assert.deepEqual(before.schema, { present: 0, known: KNOWN.length, oldest: 0 });
  assert.equal(before.where, `127.0.0.1:${new URL(url).port}${new URL(url).pathname}`);
  assert.match(before.server, /^\d+\.\d+$/);
  assert.ok(Date.parse(before.serverTime) > NOW - 10 * 365 * 86_400_000);
  assert.equal(before.writable, true);
  assert.equal(before.definitions, null);
  const { runs } = await openFor(t, url);
  const used = { org: 'acme', name: 'acme/1', hash: 'a'.repeat(16) };
  await runs.define({ ...used, at: new Date(NOW).toISOString() }, PATIENCE);
  const readOnly = `${url}?options=-c%20default_transaction_read_only%3Don`;
  const after = await checkConnection({ url: readOnly }, PATIENCE);
  assert.deepEqual(after.schema, { present: KNOWN.length, known: KNOWN.length, oldest: 5 });
  assert.equal(after.writable, false);
  assert.deepEqual(after.definitions, [used]);
});
