import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execute } from '../../support/records/postgres.js';
import {
  ACKNOWLEDGED,
  aClaim,
  AT,
  openFor,
  parts,
  PATIENCE,
  postgresWithRecords,
  REFUSED,
} from '../../support/records/records.js';

const postgres = postgresWithRecords();
const KEY = { deliveryId: 'delivery-1', revision: 1 };
const BREAK_LOCKS = `
SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database =
  (SELECT oid FROM pg_database WHERE datname = current_database())`;

async function setOut(t: Parameters<typeof openFor>[0]) {
  const url = await postgres.database();
  const [one, two] = await Promise.all([openFor(t, url), openFor(t, url)]);
  await one.ledger.claim(aClaim(), PATIENCE);
  await one.ledger.fixParts(KEY, parts(2), PATIENCE);
  return { url, one: one.ledger, two: two.ledger };
}

test('lets one walker at a time on a revision, among workers and within one', async (t) => {
  const { one, two } = await setOut(t);
  const inside = await one.walk(
    KEY,
    () => Promise.all([one, two].map((ledger) => ledger.walk(KEY, () => Promise.resolve('walked'), PATIENCE))),
    PATIENCE,
  );
  assert.deepEqual(inside, ['busy', 'busy']);
  assert.equal(await two.walk(KEY, () => Promise.resolve('walked'), PATIENCE), 'walked');
});

test('lets others walk another revision meanwhile', async (t) => {
  const { one, two } = await setOut(t);
  await one.claim(aClaim({ runKey: 'run-2', contentHash: 'content-b' }), PATIENCE);
  const other = { ...KEY, revision: 2 };
  const inside = await one.walk(
    KEY,
    () => two.walk(other, ({ revision }) => Promise.resolve(revision), PATIENCE),
    PATIENCE,
  );
  assert.equal(inside, 2);
});

test('shows the walker the revision as it is under the lock', async (t) => {
  const { one, two } = await setOut(t);
  await two.recordAnswer({ ...KEY, runKey: 'run-2', attempt: 1, part: 0 }, ACKNOWLEDGED, AT, PATIENCE);
  const delivered = await one.walk(
    KEY,
    ({ parts: fresh }) => Promise.resolve(fresh?.map(({ deliveredAt }) => deliveredAt)),
    PATIENCE,
  );
  assert.deepEqual(delivered, [AT, null]);
});

test('gives the lock back when the work throws, and passes on what it threw', async (t) => {
  const { one, two } = await setOut(t);
  const fault = new Error('the store is away');
  await assert.rejects(
    one.walk(KEY, () => Promise.reject(fault), PATIENCE),
    fault,
  );
  assert.equal(await two.walk(KEY, () => Promise.resolve('walked'), PATIENCE), 'walked');
});

test('waits for work that was cancelled, then gives the lock back', async (t) => {
  const { one, two } = await setOut(t);
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const walked = one.walk(
    KEY,
    async () => {
      controller.abort(reason);
      assert.equal(await two.walk(KEY, () => Promise.resolve('walked'), PATIENCE), 'busy');
      throw reason;
    },
    controller.signal,
  );
  await assert.rejects(walked, reason);
  assert.equal(await two.walk(KEY, () => Promise.resolve('walked'), PATIENCE), 'walked');
});

test('lets more walks go on at once than there are pooled connections', async (t) => {
  const { one } = await setOut(t);
  const revisions = Array.from({ length: 15 }, (_, index) => index + 1);
  for (const revision of revisions) {
    await one.claim(aClaim({ runKey: `run-${revision}`, contentHash: `content-${revision}` }), PATIENCE);
  }
  let arrived = 0;
  let everybodyIsHere: () => void = () => undefined;
  const gathered = new Promise<void>((resolve) => (everybodyIsHere = resolve));
  const walks = revisions.map((revision) =>
    one.walk(
      { ...KEY, revision },
      async () => {
        arrived += 1;
        if (arrived === revisions.length) everybodyIsHere();
        await gathered;
        return (await one.findAll({ ...KEY, revision }, PATIENCE))[0]?.revision;
      },
      PATIENCE,
    ),
  );
  try {
    assert.deepEqual(await Promise.all(walks), revisions);
  } finally {
    everybodyIsHere();
  }
});

test(
  'keeps the answers but ends the walk once its lock is lost, and lets another go on',
  { timeout: 30_000 },
  async (t) => {
    const { url, one, two } = await setOut(t);
    let recorded = 0;
    const walked = one.walk(
      KEY,
      async () => {
        await execute(url, BREAK_LOCKS);
        for (;;) {
          recorded += 1;
          await one.recordAnswer({ ...KEY, runKey: 'run-1', attempt: recorded, part: 0 }, REFUSED, AT, PATIENCE);
        }
      },
      PATIENCE,
    );
    await assert.rejects(walked, { failureType: 'RecordsUnavailable', message: /while walking a delivery revision/ });
    const last = await two.answerOf({ ...KEY, runKey: 'run-1', attempt: recorded }, PATIENCE);
    assert.deepEqual(last, { ...REFUSED, part: 0 }, 'the answer that met the lost lock is on record');
    assert.equal(await two.walk(KEY, () => Promise.resolve('walked'), PATIENCE), 'walked');
    assert.equal(await one.walk(KEY, () => Promise.resolve('walked'), PATIENCE), 'walked');
  },
);

test('does not call a walk done that lost its lock on the way', async (t) => {
  const { url, one } = await setOut(t);
  const walked = one.walk(KEY, () => execute(url, BREAK_LOCKS), PATIENCE);
  await assert.rejects(walked, { failureType: 'RecordsUnavailable' });
});

test('refuses to walk a revision that the ledger does not have', async (t) => {
  const { one } = await setOut(t);
  const walked = one.walk({ ...KEY, revision: 7 }, () => Promise.resolve('walked'), PATIENCE);
  await assert.rejects(walked, { failureType: 'RecordsConflict' });
});
