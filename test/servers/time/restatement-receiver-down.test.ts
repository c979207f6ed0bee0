import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DEFAULT_TENANT } from '../../../simulator/cxone/credentials.js';
import { testPostgres } from '../../support/records/postgres.js';
import { startProductInTime } from '../../support/workflow/product-in-time.js';
import { ASKED, boundsOf, heldBy, RESTATED, settledRows, SETTLED, ZONE } from '../../support/sources/restated.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const DAYS = ['2026-03-26', '2026-03-27', '2026-03-28'] as const;
const REQUEST = { ...ASKED, timeZone: ZONE, slices: DAYS.map(boundsOf) };

describe('a correction that meets a receiver which is down, by real activities on workflow time', () => {
  const postgres = testPostgres();
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  it('is finished by the next reading, under the ids that it had; the run that made it finds nothing left to send', async (t) => {
    const product = await startProductInTime(t, { rig, databaseUrl: await postgres.emptyDatabase() });
    const { cxone, receiver } = product.simulator;
    const { journal, faults } = receiver;
    await product.run(async ({ env, backfill }) => {
      cxone.setData({ ...RESTATED, settledBefore: '2026-03-28' });
      const first = await (await backfill(REQUEST)).result();
      assert.equal(first.slices.completed, 3);
      const before = journal.count();

      cxone.setData(SETTLED);
      faults.add({ rates: [{ on: 'webhook', rate: 1, fault: '503' }] });
      const unlucky = await backfill(REQUEST);
      await env.sleep('6 hours');
      const tries = journal.entries().slice(before);
      assert.ok(tries.length >= 4 && tries.every(({ status }) => status === 503), 'it was tried, again and again');
      assert.deepEqual([...new Set(tries.map(({ revision, part }) => `${revision ?? 0} ${part ?? -1}`))], ['2 0']);

      faults.clear();
      const { slices } = await (await backfill(REQUEST)).result();
      assert.deepEqual([slices.completed, slices.unchanged], [1, 2]);
      const late = await unlucky.result();
      assert.deepEqual([late.outcome, late.slices.completed, late.slices.unchanged], ['completed', 0, 3]);
    });

    const accepted = journal.entries({ effect: true }).map(({ webhookId }) => webhookId);
    const tried = new Set(journal.entries().map(({ webhookId }) => webhookId));
    assert.deepEqual(new Set(accepted), tried, 'what failed arrived under the ids that it had');
    assert.equal(accepted.length, tried.size, 'and arrived once');
    const held = DAYS.map((day, index) => {
      return [day, { revision: index === 2 ? 2 : 1, rows: settledRows(DEFAULT_TENANT.org, day) }] as const;
    });
    assert.deepEqual(heldBy(receiver), Object.fromEntries(held));
  });
});
