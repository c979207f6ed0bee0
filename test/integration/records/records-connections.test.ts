import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeConnections } from '../../../src/cli/doctor/records.js';
import { checkConnection } from '../../../src/records/postgres/check-connection.js';
import { Database } from '../../../src/records/postgres/database.js';
import { RecordsError } from '../../../src/records/postgres/errors.js';
import { aClaim, openFor, PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const postgres = postgresWithRecords();

test('a process whose own connections are all in use says so, and names no host, port or server', async (t) => {
  const database = new Database({ url: await postgres.database(), connections: 4, limits: { turnMs: 100 } });
  t.after(() => database.close());
  let free: () => void = () => undefined;
  const isFree = new Promise<void>((resolve) => (free = resolve));
  const busy = [1, 2].map(() => database.run('being busy', PATIENCE, () => isFree));
  await assert.rejects(
    database.run('being late', PATIENCE, () => Promise.resolve()),
    (error) => {
      assert.ok(error instanceof RecordsError);
      assert.equal(error.failureType, 'RecordsUnavailable');
      assert.match(error.message, /^all 2 connections of this process .* while being late: raise DATABASE_CONNECTIONS/);
      assert.doesNotMatch(error.message, /check host|max_connections/);
      return true;
    },
  );
  free();
  await Promise.all(busy);
  assert.equal(await database.run('being late', PATIENCE, () => Promise.resolve('done')), 'done');
});

test('more deliveries than there are connections for wait for each other, and none fails', async (t) => {
  const { ledger } = await openFor(t, await postgres.database(), { connections: 4, limits: { turnMs: 100 } });
  const revisions = [1, 2, 3, 4, 5];
  for (const revision of revisions) {
    await ledger.claim(aClaim({ runKey: `run-${revision}`, contentHash: `content-${revision}` }), PATIENCE);
  }
  let inside = 0;
  let most = 0;
  const walks = revisions.map((revision) =>
    ledger.walk(
      { deliveryId: 'delivery-1', revision },
      async () => {
        most = Math.max(most, (inside += 1));
        await ledger.findAll({ deliveryId: 'delivery-1', revision }, PATIENCE);
        inside -= 1;
        return revision;
      },
      PATIENCE,
    ),
  );
  assert.deepEqual(await Promise.all(walks), revisions);
  assert.ok(most <= 2, `${most} at once`);
});

test('doctor adds connections up against what Postgres has, less what is reserved', async () => {
  const { connections } = await checkConnection({ url: await postgres.database() }, PATIENCE);
  assert.equal(connections.usable, 500 - 3);
  assert.ok(connections.ours >= 1 && connections.inUse >= connections.ours);
  const room = judgeConnections({ usable: 97, inUse: 12, ours: 5 }, 24);
  assert.equal(room.status, 'ok');
  assert.match(room.found, /97 usable, 12 in use \(7 by other programs\).*up to 24, so there is room for 3 of them/);
  const full = judgeConnections({ usable: 97, inUse: 63, ours: 5 }, 24);
  assert.equal(full.status, 'warn');
  const many = judgeConnections({ usable: 97, inUse: 12, ours: 5 }, 24, 3);
  assert.equal(many.status, 'warn', 'three workers leave none for a gateway');
  assert.match(many.found, /room for 3 of them; 3 workers poll$/);
  assert.match(full.remedy ?? '', /raise max_connections of Postgres, or lower DATABASE_CONNECTIONS/);
});
