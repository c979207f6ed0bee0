import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import type { ScopeState } from '../../../src/ports/index.js';
import type { Records } from '../../../src/records/open-records.js';
import { holdLock } from '../../support/records/postgres.js';
import {
  ACKNOWLEDGED,
  aClaim,
  anEntry,
  aRun,
  AT,
  openFor,
  parts,
  PATIENCE,
  postgresWithRecords,
} from '../../support/records/records.js';

const postgres = postgresWithRecords();
const RUN = 'runs/run-1';
const DELIVERY = 'deliveries/delivery-1';

interface Rig {
  readonly url: string;
  readonly records: Records;
  /** What the records say of the run's and the delivery's scope. */
  readonly states: () => Promise<readonly (ScopeState | undefined)[]>;
  readonly claimed: (contentHash?: string, runKey?: string) => Promise<number>;
  readonly delivered: (revision: number) => Promise<void>;
  readonly audited: (runKey?: string) => Promise<void>;
}

/** A run whose record is open. */
async function rig(t: TestContext): Promise<Rig> {
  const url = await postgres.database();
  const records = await openFor(t, url);
  await records.runs.open(aRun(), PATIENCE);
  return {
    url,
    records,
    async states() {
      const facts = await records.retention.facts([RUN, DELIVERY, 'runs/another'], PATIENCE);
      assert.equal(facts.has('runs/another'), false);
      return [RUN, DELIVERY].map((scope) => facts.get(scope)?.state);
    },
    async claimed(contentHash = 'content-a', runKey = 'run-1') {
      const { revision } = await records.ledger.claim(aClaim({ contentHash, runKey }), PATIENCE);
      await records.ledger.fixParts({ deliveryId: 'delivery-1', revision }, parts(1, contentHash, revision), PATIENCE);
      return revision;
    },
    async delivered(revision) {
      const key = { deliveryId: 'delivery-1', revision, part: 0, runKey: 'run-1', attempt: 1 };
      await records.ledger.recordAnswer(key, ACKNOWLEDGED, AT, PATIENCE);
    },
    async audited(runKey = 'run-1') {
      await records.audit.append(`audit-${runKey}`, anEntry({ runKey }), PATIENCE);
    },
  };
}

suite('whether a dataset is needed', () => {
  test('is asked of the run: while it is open, and until its delivery has arrived', async (t) => {
    const { states, claimed, delivered, audited } = await rig(t);
    assert.deepEqual(await states(), ['open', undefined]);
    const revision = await claimed();
    assert.deepEqual(await states(), ['open', 'open']);
    await audited();
    assert.deepEqual(await states(), ['undelivered', 'undelivered']);
    await delivered(revision);
    assert.deepEqual(await states(), ['settled', 'settled']);
  });

  test('names the run that needs it, and the last one that claimed the delivery', async (t) => {
    const { records, claimed } = await rig(t);
    await claimed();
    await records.runs.open(aRun({ runKey: 'run-2', workflowId: 'journey-acme-2' }), PATIENCE);
    await records.ledger.claim(aClaim({ runKey: 'run-2', workflowId: 'journey-acme-2' }), PATIENCE);
    const facts = await records.retention.facts([RUN, DELIVERY], PATIENCE);
    assert.deepEqual(
      [RUN, DELIVERY].map((scope) => facts.get(scope)?.workflowId),
      ['journey-acme-1', 'journey-acme-2'],
    );
  });

  test('is no for what a later revision that has arrived made superfluous', async (t) => {
    const { states, claimed, delivered, audited } = await rig(t);
    await claimed('content-a', 'run-1');
    const second = await claimed('content-b', 'run-2');
    await audited();
    assert.deepEqual(await states(), ['undelivered', 'undelivered']);
    await delivered(second);
    assert.deepEqual(await states(), ['settled', 'settled']);
  });

  test('is no for a revision that was claimed, and never got as far as its bytes', async (t) => {
    const { records, states, audited } = await rig(t);
    await records.ledger.claim(aClaim(), PATIENCE);
    await audited();
    assert.deepEqual(await states(), ['settled', 'settled']);
  });

  test('is yes for the delivery of a run that is under way, also before it claims', async (t) => {
    const { records, states, claimed, delivered, audited } = await rig(t);
    await delivered(await claimed());
    await audited();
    await records.runs.open(aRun({ runKey: 'run-2' }), PATIENCE);
    assert.deepEqual(await states(), ['settled', 'open']);
  });
});

suite('giving a dataset up', () => {
  test('is refused when a run needs it by then, or more than it did', async (t) => {
    const { records, claimed, delivered, audited } = await rig(t);
    const release = (scope: string, state?: ScopeState): Promise<boolean> =>
      records.retention.release(scope, state, AT, PATIENCE);
    const revision = await claimed();
    assert.deepEqual(
      [await release(RUN), await release(DELIVERY), await release(DELIVERY, 'undelivered')],
      [false, false, false],
    );
    await audited();
    assert.deepEqual([await release(RUN, 'settled'), await release(DELIVERY, 'settled')], [false, false]);
    await delivered(revision);
    assert.deepEqual([await release(RUN, 'settled'), await release(DELIVERY, 'settled')], [true, true]);
    assert.equal(await release('runs/another'), true);
  });

  test('makes the same content a new revision, where the old one can never be delivered any more', async (t) => {
    const { records, states, claimed, audited } = await rig(t);
    assert.equal(await claimed(), 1);
    await audited();
    assert.equal(await records.retention.release(DELIVERY, 'undelivered', AT, PATIENCE), true);
    assert.deepEqual(await states(), ['settled', 'settled']);
    const again = await records.ledger.claim(aClaim({ runKey: 'run-2' }), PATIENCE);
    assert.deepEqual([again.revision, again.parts], [2, null]);
  });

  test('leaves content that has arrived what it is: nothing is sent twice', async (t) => {
    const { records, claimed, delivered, audited } = await rig(t);
    await delivered(await claimed());
    await audited();
    assert.equal(await records.retention.release(DELIVERY, 'settled', AT, PATIENCE), true);
    const again = await records.ledger.claim(aClaim({ runKey: 'run-2' }), PATIENCE);
    assert.deepEqual([again.revision, again.deliveredBy], [1, 'run-1']);
  });

  test('waits for a claim that is under way, and then sees its run', async (t) => {
    const { url, records, claimed, delivered, audited } = await rig(t);
    await delivered(await claimed());
    await audited();
    const claim = await holdLock(url, `SELECT FROM deliveries WHERE delivery_id = 'delivery-1' FOR UPDATE`);
    const released = records.retention.release(DELIVERY, 'settled', AT, PATIENCE);
    await claim.isWaitedForBy(1);
    await records.runs.open(aRun({ runKey: 'run-2' }), PATIENCE);
    await claim.release();
    assert.equal(await released, false);
  });
});
