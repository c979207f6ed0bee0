import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { partIdOf } from '../../../src/contract/values/ids.js';
import { REDELIVER_WORKFLOW } from '../../../src/contract/values/names.js';
import { testPostgres } from '../../support/records/postgres.js';
import { startProductInTime } from '../../support/workflow/product-in-time.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const HOUR_MS = 3_600_000;

describe('a receiver that is down for days, by real activities on workflow time', () => {
  const postgres = testPostgres();
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  it('is tried ten times over about three days; what is undelivered then is redelivered under the same ids', async (t) => {
    const product = await startProductInTime(t, {
      rig,
      databaseUrl: await postgres.emptyDatabase(),
      cxone: { data: { rows: 2_500 } },
      // The first of three parts is taken in, the second one meets the failure.
      receiver: { faults: { script: [{ on: 'webhook', nth: 2, times: 10, fault: '503' }] } },
    });
    const { receiver } = product.simulator;
    const { journal } = receiver;
    const sent = (): string[] =>
      journal.entries().map(({ part, status, verdict, signature, effect }) => {
        return [`part ${part ?? '?'}`, status, verdict, signature, ...(effect ? ['effect'] : [])].join(' ');
      });
    const taken = (part: number): string => `part ${part} 200 accepted valid effect`;

    await product.run(async ({ env, start }) => {
      const run = await start();
      const { outcome, delivery, rows } = await run.result();
      assert.equal(outcome, 'undelivered');
      assert.deepEqual([delivery.parts, delivery.attempts, delivery.lastFailure], [3, 10, '503']);
      assert.deepEqual(sent(), [taken(0), ...Array<string>(10).fill('part 1 503 accepted valid')]);
      assert.equal(receiver.windows().size, 0);
      const attempts = journal.entries({ part: 1 });
      const hours = (Date.parse(attempts.at(-1)?.at ?? '') - Date.parse(attempts[0]?.at ?? '')) / HOUR_MS;
      t.diagnostic(`ten attempts in ${(hours / 24).toFixed(2)} days`);
      assert.ok(hours > 60 && hours < 91, `${hours} hours`);

      await env.sleep('14 days');
      const again = { type: REDELIVER_WORKFLOW };
      const redelivered = await (await start({ workflowId: run.workflowId }, again)).result();
      assert.equal(redelivered.outcome, 'completed');
      assert.deepEqual(sent().slice(11), [taken(1), taken(2)]);
      const ids = [0, 1, 2].map((part) => partIdOf(delivery.deliveryId, 1, part));
      for (const [part, id] of ids.entries()) {
        const tries = journal.entries({ part });
        assert.deepEqual(new Set(tries.map(({ webhookId }) => webhookId)), new Set([id]));
        assert.equal(new Set(tries.map(({ sha256 }) => sha256)).size, 1);
      }
      assert.equal(receiver.windows().get(delivery.deliveryId)?.rows.length, rows.delivered);

      assert.equal((await (await start({ workflowId: run.workflowId }, again)).result()).outcome, 'unchanged');
      assert.equal(journal.count(), 13);
    });
    const audit = await product.records.auditLog.list({ limit: 10 }, AbortSignal.timeout(10_000));
    assert.deepEqual(
      audit.map(({ kind, status }) => `${kind} ${status}`),
      ['redelivery unchanged', 'redelivery completed', 'run undelivered'],
    );
  });
});
