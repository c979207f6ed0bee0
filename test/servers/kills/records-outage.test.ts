import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { checkConnection } from '../../../src/records/postgres/check-connection.js';
import { RecordsError } from '../../../src/records/postgres/errors.js';
import { execute, holdLock } from '../../support/records/postgres.js';
import { aClaim, anEntry, aRun, AT, openFor, PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const postgres = postgresWithRecords({ ownServers: 'Postgres is stopped' });
const BEGIN = { runKey: 'run-1', generation: 1, idempotencyKey: 'key-1', mayOrphan: true };

test('says that Postgres is away, and goes on by itself when it is back', async (t) => {
  const url = await postgres.database();
  const lost: string[] = [];
  const records = await openFor(t, url, { onConnectionLost: (sentence) => lost.push(sentence) });
  await records.runs.open(aRun(), PATIENCE);
  const { port, pathname } = new URL(url);
  await postgres.stop();
  try {
    const calls = [
      () => records.runs.open(aRun(), PATIENCE),
      () => records.submissions.begin(BEGIN, AT, PATIENCE),
      () => records.ledger.claim(aClaim(), PATIENCE),
      () => records.ledger.walk({ deliveryId: 'delivery-1', revision: 1 }, () => Promise.resolve(), PATIENCE),
      () => records.audit.append('effect-1', anEntry(), PATIENCE),
      () => records.auditLog.verify({}, PATIENCE),
      () => checkConnection({ url }, PATIENCE),
      () => openFor(t, url),
    ];
    for (const call of calls) {
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof RecordsError);
        assert.equal(error.failureType, 'RecordsUnavailable');
        assert.ok(error.message.startsWith(`Postgres at 127.0.0.1:${port}${pathname} `), error.message);
        return true;
      });
    }
    await assert.rejects(records.audit.has('effect-1', PATIENCE), {
      message: `Postgres at 127.0.0.1:${port}${pathname} refuses connections while looking for an audit entry: start it, or correct DATABASE_URL`,
      details: { operation: 'records', code: 'refused' },
    });
  } finally {
    await postgres.start();
  }
  assert.equal((await records.submissions.begin(BEGIN, AT, PATIENCE)).state, 'send');
  assert.equal((await records.runs.unaudited('2027-01-01T00:00:00Z', 10, PATIENCE)).length, 1);
  assert.match(lost.join(), /while being idle/);
});

test('survives that its connections are terminated in the middle of a step', async (t) => {
  const url = await postgres.database();
  const { runs, audit } = await openFor(t, url);
  await execute(
    url,
    `CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$`,
  );
  await execute(url, 'CREATE TRIGGER die BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION die()');
  await runs.open(aRun(), PATIENCE);
  await assert.rejects(audit.append('effect-1', anEntry(), PATIENCE), { failureType: 'RecordsUnavailable' });
  assert.equal((await runs.unaudited('2027-01-01T00:00:00Z', 10, PATIENCE)).length, 1, 'the step was rolled back');
  await execute(url, 'DROP TRIGGER die ON audit');
  assert.equal((await audit.append('effect-1', anEntry(), PATIENCE)).seq, 1);
});

test('says that a read-only database does not accept writes, and still reads it', async (t) => {
  const url = await postgres.database();
  const name = new URL(url).pathname.slice(1);
  await execute(url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  const { runs, audit, auditLog } = await openFor(t, url);
  const readOnly = {
    failureType: 'RecordsUnavailable',
    message: /does not accept writes \(it is read-only\).*primary/,
  };
  await assert.rejects(runs.open(aRun(), PATIENCE), readOnly);
  await assert.rejects(audit.append('effect-1', anEntry(), PATIENCE), readOnly);
  assert.deepEqual(await auditLog.list({ limit: 1 }, PATIENCE), []);
});

test('says that the tables are not its own after somebody dropped one', async (t) => {
  const url = await postgres.database();
  const { audit } = await openFor(t, url);
  await execute(url, 'ALTER TABLE audit RENAME TO audit_old');
  await assert.rejects(audit.has('effect-1', PATIENCE), {
    failureType: 'RecordsConflict',
    message: /does not have the tables/,
  });
});

test('gives up a step that waits for a lock at its deadline, and writes nothing afterwards', async (t) => {
  const url = await postgres.database();
  const patient = await openFor(t, url);
  const hasty = await openFor(t, url, { limits: { stepMs: 300 } });
  await patient.ledger.claim(aClaim(), PATIENCE);
  const holder = await holdLock(url, 'LOCK TABLE deliveries');
  const waiting = hasty.ledger.claim(aClaim({ runKey: 'run-2' }), PATIENCE);
  await assert.rejects(waiting, {
    failureType: 'RecordsUnavailable',
    details: { operation: 'records', code: 'timeout' },
    message: /too long/,
  });
  await holder.release();
  assert.equal((await patient.ledger.claim(aClaim({ runKey: 'run-3' }), PATIENCE)).revision, 1);
  assert.equal((await execute(url, `SELECT FROM delivery_claims WHERE run_key = 'run-2'`)).length, 0);
});

test('stops waiting at once when its caller gives up, with the reason of the caller', async (t) => {
  const url = await postgres.database();
  const { ledger } = await openFor(t, url);
  const holder = await holdLock(url, 'LOCK TABLE deliveries');
  const controller = new AbortController();
  const reason = new Error('the activity was cancelled');
  const waiting = assert.rejects(ledger.claim(aClaim(), controller.signal), reason);
  await holder.isWaitedForBy(1);
  controller.abort(reason);
  await waiting;
  await holder.release();
  assert.equal((await ledger.claim(aClaim({ runKey: 'run-2' }), PATIENCE)).claimedBy, 'run-2', 'nothing of it stayed');
  await assert.rejects(ledger.claim(aClaim(), controller.signal), reason);
});

test('gives up a server that accepts connections and says nothing', async (t) => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  t.after(() => {
    sockets.forEach((socket) => socket.destroy());
    silent.close();
  });
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const url = `postgres://user:password@127.0.0.1:${port}/records`;
  const check = checkConnection({ url, limits: { connectMs: 200 } }, PATIENCE);
  await assert.rejects(check, {
    failureType: 'RecordsUnavailable',
    details: { operation: 'records', code: 'timeout' },
  });
});

test('never shows the password, whatever is wrong with the address', async () => {
  const good = new URL(await postgres.database());
  const canary = 'hunter2-canary';
  const urls = [
    `postgres://${good.username}:${canary}@${good.host}${good.pathname}`,
    `postgres://nobody:${canary}@${good.host}${good.pathname}`,
    `postgres://user:${canary}@127.0.0.1:1/records`,
    `postgres://user:${canary}@host.invalid/records`,
    `postgres://user:${canary}@[::1/records`,
    `postgres://user:${canary}@127.0.0.1:99999/records`,
    `postgres://user:${canary}%zz@127.0.0.1:1/records`,
    `postgres://user:${canary}@${good.host}/records?sslmode=verify-full`,
    `//user:${canary}@127.0.0.1`,
  ];
  for (const url of urls) {
    await assert.rejects(checkConnection({ url, limits: { connectMs: 2_000 } }, PATIENCE), (error) => {
      assert.ok(error instanceof RecordsError, inspect(error));
      assert.equal(error.failureType, 'RecordsUnavailable');
      assert.ok(!inspect(error, { depth: 20, showHidden: true }).includes(canary), url);
      return true;
    });
  }
});

test('says what to do where the database or the credentials are wrong', async () => {
  const url = new URL(await postgres.database());
  const missing = new URL('/not_there', url).href;
  await assert.rejects(checkConnection({ url: missing }, PATIENCE), { message: /no such database.*create it/ });
  url.password = 'wrong';
  await assert.rejects(checkConnection({ url: url.href }, PATIENCE), {
    message: /refuses the credentials.*password in DATABASE_URL/,
  });
});
