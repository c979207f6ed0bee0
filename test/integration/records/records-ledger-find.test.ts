import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LedgerRevision } from '../../../src/ports/index.js';
import {
  ACKNOWLEDGED,
  aClaim,
  AT,
  openFor,
  parts,
  PATIENCE,
  postgresWithRecords,
} from '../../support/records/records.js';

const postgres = postgresWithRecords();
const KEY = { deliveryId: 'delivery-1', revision: 1 };

test('finds a revision by delivery, by number and by the workflow that claimed or adopted it', async (t) => {
  const { ledger } = await openFor(t, await postgres.database());
  const claim = (runKey: string, contentHash: string, workflowId: string): Promise<LedgerRevision> =>
    ledger.claim(aClaim({ runKey, contentHash, workflowId }), PATIENCE);
  await claim('run-1', 'a', 'first');
  await claim('run-2', 'a', 'adopter');
  await claim('run-3', 'b', 'second');
  await ledger.fixParts(KEY, parts(1), PATIENCE);
  await ledger.recordAnswer({ ...KEY, runKey: 'run-1', attempt: 1, part: 0 }, ACKNOWLEDGED, AT, PATIENCE);

  const find = async (key: Parameters<typeof ledger.findAll>[0]): Promise<[number, number | null] | null> => {
    const [found] = await ledger.findAll(key, PATIENCE);
    return found === undefined ? null : [found.revision, found.latestDelivered];
  };
  assert.deepEqual(await find({ deliveryId: 'delivery-1' }), [2, 1]);
  assert.deepEqual(await find({ deliveryId: 'delivery-1', revision: 1 }), [1, 1]);
  assert.deepEqual(await find({ workflowId: 'first' }), [1, 1]);
  assert.deepEqual(await find({ workflowId: 'adopter' }), [1, 1]);
  assert.deepEqual(await find({ workflowId: 'second' }), [2, 1]);
  assert.equal(await find({ workflowId: 'second', revision: 1 }), null);
  assert.equal(await find({ deliveryId: 'delivery-1', workflowId: 'nobody' }), null);
  assert.equal(await find({ deliveryId: 'delivery-2' }), null);
  assert.equal(await find({}), null);
});
