import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Database } from '../../../src/records/postgres/database.js';
import { revisionHistory, type HistoryFilter, type RecordedRevision } from '../../../src/records/ledger/history.js';
import {
  ACKNOWLEDGED,
  aClaim,
  anEntry,
  aRun,
  AT,
  NOW,
  openFor,
  parts,
  PATIENCE,
  postgresWithRecords,
  REFUSED,
  WINDOW,
} from '../../support/records/records.js';

const postgres = postgresWithRecords();
const { from, to } = WINDOW;
const between = { from, to };
const later = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();

async function historyOf(url: string, filter: HistoryFilter): Promise<readonly RecordedRevision[]> {
  const database = new Database({ url });
  try {
    return await revisionHistory(database, filter, PATIENCE);
  } finally {
    await database.close();
  }
}

test('tells each revision of a window, who made, finished and found it, and who delivered it', async (t) => {
  const url = await postgres.database();
  const { ledger, runs, audit } = await openFor(t, url);
  const claim = async (runKey: string, contentHash: string, at: string): Promise<void> => {
    await runs.open(aRun({ runKey, workflowId: `journey-${runKey}`, requester: `for ${runKey}` }), PATIENCE);
    const deliveryId = 'delivery-1';
    const { revision } = await ledger.claim(
      aClaim({ runKey, workflowId: `journey-${runKey}`, contentHash, at }),
      PATIENCE,
    );
    await ledger.fixParts({ deliveryId, revision }, parts(1, contentHash, revision), PATIENCE);
  };
  const answer = (revision: number, runKey: string, good: boolean): Promise<void> =>
    ledger.recordAnswer(
      { deliveryId: 'delivery-1', revision, part: 0, runKey, attempt: 1 },
      good ? ACKNOWLEDGED : REFUSED,
      later(revision),
      PATIENCE,
    );
  await claim('a', 'first', AT);
  await answer(1, 'a', true);
  await audit.append('a', anEntry({ runKey: 'a' }), PATIENCE);
  await claim('b', 'first', later(60));
  await audit.append('b', anEntry({ runKey: 'b', status: 'unchanged' }), PATIENCE);
  await claim('c', 'second', later(120));
  await answer(2, 'c', false);
  // A redelivery claims nothing, and has no record of a run.
  await answer(2, 'redelivery', true);
  const redelivered = anEntry({ runKey: 'redelivery', workflowId: 'redeliver-journey-c', kind: 'redelivery' });
  await audit.append('redelivery', redelivered, PATIENCE);
  await claim('d', 'third', later(180));

  const history = await historyOf(url, { between });
  const story = history.map(({ revision, claimedAt, delivered, readings }) => ({
    revision,
    claimedAt,
    delivered,
    readings: readings.map((each) => [each.workflowId, each.requester, each.outcome, each.at]),
  }));
  assert.deepEqual(story, [
    {
      revision: 1,
      claimedAt: AT,
      delivered: { at: later(1), workflowId: 'journey-a' },
      readings: [
        ['journey-a', 'for a', 'completed', AT],
        ['journey-b', 'for b', 'unchanged', later(60)],
      ],
    },
    {
      revision: 2,
      claimedAt: later(120),
      delivered: { at: later(2), workflowId: 'redeliver-journey-c' },
      readings: [['journey-c', 'for c', null, later(120)]],
    },
    { revision: 3, claimedAt: later(180), delivered: null, readings: [['journey-d', 'for d', null, later(180)]] },
  ]);
  assert.deepEqual(
    history.map((revision) => revision.parts?.[0]?.body.sha256),
    ['first-0', 'second-0', 'third-0'],
  );
});

test('finds the deliveries whose window shares an instant with a stretch, of one organisation or of all', async (t) => {
  const url = await postgres.database();
  const { ledger } = await openFor(t, url);
  await ledger.claim(aClaim(), PATIENCE);
  await ledger.claim(aClaim({ deliveryId: 'delivery-2', org: 'other', runKey: 'run-2' }), PATIENCE);
  const window = { ...WINDOW, from: '2026-11-08T00:00:00Z', to: '2026-11-09T00:00:00Z', label: '2026-11-08' };
  await ledger.claim(aClaim({ deliveryId: 'delivery-3', runKey: 'run-3', window }), PATIENCE);
  const found = async (filter: HistoryFilter): Promise<readonly string[]> =>
    (await historyOf(url, filter)).map(({ deliveryId }) => deliveryId);
  const day = { from: '2026-11-03T00:00:00Z', to: '2026-11-04T00:00:00Z' };
  assert.deepEqual(await found({ between }), ['delivery-1', 'delivery-2']);
  assert.deepEqual(await found({ between: day }), ['delivery-1', 'delivery-2'], 'a day inside a week');
  assert.deepEqual(await found({ between: day, org: 'other' }), ['delivery-2']);
  assert.deepEqual(await found({ between: { from, to: window.to } }), ['delivery-1', 'delivery-2', 'delivery-3']);
  assert.deepEqual(await found({ between: { from: window.to, to: '2026-12-01T00:00:00Z' } }), [], 'half-open');
  assert.deepEqual(await found({}), ['delivery-1', 'delivery-2', 'delivery-3']);
  assert.deepEqual(await found({ org: "' OR true --" }), []);
});

test('names what was asked for: the settings of the series, and the name that the run gave them', async (t) => {
  const url = await postgres.database();
  const { ledger, runs } = await openFor(t, url);
  const filter = { region: 'emea', 'nul\u0000': ['a\u0000', 1e21] };
  await runs.open(aRun({ report: { ...aRun().report, name: 'nightly', filter } }), PATIENCE);
  await runs.open(aRun({ runKey: 'run-2', report: { ...aRun().report, name: 'weekly', filter } }), PATIENCE);
  await ledger.claim(aClaim(), PATIENCE);
  const [revision] = await historyOf(url, {});
  assert.equal(revision?.series, aRun().series);
  assert.deepEqual(revision.report, { ...aRun().report, name: 'nightly', filter });
  assert.deepEqual(await runs.reportOf(aRun().series, PATIENCE), { ...aRun().report, filter });
  assert.equal(await runs.reportOf('ffffffffffffffff', PATIENCE), null);
});

test('says when the bytes of a revision were given up', async (t) => {
  const url = await postgres.database();
  const { ledger, retention } = await openFor(t, url);
  await ledger.claim(aClaim(), PATIENCE);
  assert.equal(await retention.release('deliveries/delivery-1', 'settled', later(9), PATIENCE), true);
  assert.deepEqual(
    (await historyOf(url, { between })).map(({ expiredAt, parts: none }) => [expiredAt, none]),
    [[later(9), null]],
  );
});
