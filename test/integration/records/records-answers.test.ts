import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Database } from '../../../src/records/postgres/database.js';
import { reportRecords, type ReportRecords } from '../../../src/records/runs/report-records.js';
import type { TestContext } from 'node:test';
import {
  ACKNOWLEDGED,
  aClaim,
  aRun,
  NOW,
  openFor,
  parts,
  PATIENCE,
  postgresWithRecords,
  REFUSED,
} from '../../support/records/records.js';

const postgres = postgresWithRecords();
const at = (second: number): string => new Date(NOW + second * 1_000).toISOString();

function readerOf(t: TestContext, url: string): ReportRecords {
  const database = new Database({ url });
  t.after(() => database.close());
  return reportRecords(database, () => NOW);
}

test('tells what the receiver said to the revision of a run, whoever sent it, and of no other', async (t) => {
  const url = await postgres.database();
  const { ledger, runs } = await openFor(t, url);
  const reader = readerOf(t, url);
  const key = { deliveryId: 'delivery-1', runKey: 'run-1' };
  assert.equal(await reader.deliveryAnswers(key, PATIENCE), null);

  await runs.open(aRun(), PATIENCE);
  await ledger.claim(aClaim(), PATIENCE);
  const fixed = { deliveryId: 'delivery-1', revision: 1 };
  await ledger.fixParts(fixed, parts(2), PATIENCE);
  const nothing = await reader.deliveryAnswers(key, PATIENCE);
  assert.deepEqual([nothing?.count, nothing?.answers, nothing?.parts, nothing?.partsDelivered], [0, [], 2, 0]);

  await ledger.recordAnswer({ ...fixed, part: 0, runKey: 'run-1', attempt: 1 }, REFUSED, at(1), PATIENCE);
  await ledger.recordAnswer({ ...fixed, part: 0, runKey: 'run-2', attempt: 1 }, ACKNOWLEDGED, at(2), PATIENCE);
  await ledger.recordAnswer({ ...fixed, part: 1, runKey: 'run-2', attempt: 1 }, ACKNOWLEDGED, at(3), PATIENCE);
  await ledger.claim(aClaim({ contentHash: 'content-b', runKey: 'run-3' }), PATIENCE);
  const told = await reader.deliveryAnswers(key, PATIENCE);
  assert.deepEqual(
    { ...told, answers: undefined },
    {
      revision: 1,
      destination: 'bi',
      contentHash: 'content-a',
      parts: 2,
      partsDelivered: 2,
      bytes: 2_001,
      deliveredAt: at(3),
      count: 3,
      answers: undefined,
    },
  );
  assert.deepEqual(told?.answers, [
    {
      at: at(1),
      workflowId: 'journey-acme-1',
      attempt: 1,
      part: 0,
      delivered: false,
      status: 503,
      reason: '503',
      retryAfterMs: 30_000,
    },
    {
      at: at(2),
      workflowId: null,
      attempt: 1,
      part: 0,
      delivered: true,
      status: 204,
      reason: '204',
      retryAfterMs: null,
    },
    {
      at: at(3),
      workflowId: null,
      attempt: 1,
      part: 1,
      delivered: true,
      status: 204,
      reason: '204',
      retryAfterMs: null,
    },
  ]);
  assert.equal((await reader.deliveryAnswers({ ...key, runKey: 'run-3' }, PATIENCE))?.revision, 2);
});

test('of a hundred answers both ends are told, and how many there are', async (t) => {
  const url = await postgres.database();
  const { ledger } = await openFor(t, url);
  await ledger.claim(aClaim(), PATIENCE);
  const fixed = { deliveryId: 'delivery-1', revision: 1 };
  await ledger.fixParts(fixed, parts(1), PATIENCE);
  for (let attempt = 1; attempt <= 100; attempt += 1) {
    await ledger.recordAnswer({ ...fixed, part: 0, runKey: 'run-1', attempt }, REFUSED, at(attempt), PATIENCE);
  }
  const told = await readerOf(t, url).deliveryAnswers({ deliveryId: 'delivery-1', runKey: 'run-1' }, PATIENCE);
  assert.equal(told?.count, 100);
  assert.deepEqual(
    told.answers.map(({ attempt }) => attempt),
    [...Array.from({ length: 40 }, (_, place) => place + 1), ...Array.from({ length: 40 }, (_, place) => place + 61)],
  );
});
