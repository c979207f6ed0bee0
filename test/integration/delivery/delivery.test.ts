import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DEFAULT_WEBHOOK_SECRET } from '../../../simulator/receiver/signature.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const SMALL = { data: { rows: 30 } };
const NEW_SECRET = `whsec_${Buffer.from('the-secret-that-comes-next-year').toString('base64')}`;

describe('delivery', { concurrency: 3 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const webhookIds = ({ simulator }: Product): (string | undefined)[] =>
    simulator.receiver.journal.entries({ operation: 'webhook' }).map(({ webhookId }) => webhookId);

  it('of the same content again sends nothing: unchanged, whoever asks', async () => {
    const product = await suite.product({ simulator: { cxone: SMALL } });
    const first = await product.client.start(product.request());
    const delivered = await first.result();
    const again = await product.client.start(product.request(), { again: true });
    assert.equal(again.workflowId, `${first.workflowId}-2`);
    const result = await again.result();
    assert.equal(result.outcome, 'unchanged');
    assert.deepEqual(result.delivery, { ...delivered.delivery, attempts: 0 });
    assert.equal(webhookIds(product).length, 1);
    await product.stop();
  });

  it('of restated data is the next revision, under ids of its own', async () => {
    const product = await suite.product({ simulator: { cxone: SMALL } });
    const first = await (await product.client.start(product.request())).result();
    product.simulator.cxone.setData({ rows: 31 });
    const second = await (await product.client.start(product.request(), { again: true })).result();
    assert.deepEqual([first.delivery.revision, second.delivery.revision], [1, 2]);
    assert.equal(first.delivery.deliveryId, second.delivery.deliveryId);
    assert.equal(new Set(webhookIds(product)).size, 2);
    const [window] = [...product.simulator.receiver.windows().values()];
    assert.deepEqual([window?.revision, window?.rows.length], [2, second.rows.delivered]);
    await product.stop();
  });

  it('the same request attaches to its run, and gets the result it had', async () => {
    const product = await suite.product({ simulator: { cxone: SMALL } });
    const [one, other] = await Promise.all([
      product.client.start(product.request()),
      product.client.start(product.request()),
    ]);
    assert.equal(one.workflowId, other.workflowId);
    const result = await one.result();
    const later = await product.client.start(product.request());
    assert.deepEqual(await later.result(), result);
    assert.equal(product.simulator.cxone.journal.count({ operation: 'submit' }), 1);
    await product.stop();
  });

  it('that the receiver calls gone ends as undelivered, and redeliver brings the same bytes under the same ids', async () => {
    const faults = { script: [{ on: 'webhook' as const, nth: 1, fault: '410' as const }] };
    const product = await suite.product({ simulator: { cxone: SMALL, receiver: { faults } } });
    const run = await product.client.start(product.request());
    const result = await run.result();
    assert.equal(result.outcome, 'undelivered');
    assert.equal(product.simulator.receiver.windows().size, 0);

    const redelivered = await product.client.redeliver({ workflowId: run.workflowId });
    assert.deepEqual([redelivered.outcome, redelivered.delivery.deliveryId], ['completed', result.delivery.deliveryId]);
    const [failed, taken] = product.simulator.receiver.journal.entries({ operation: 'webhook' });
    assert.deepEqual([taken?.webhookId, taken?.sha256], [failed?.webhookId, failed?.sha256]);
    assert.equal(product.simulator.receiver.windows().size, 1);

    assert.equal((await product.client.redeliver({ workflowId: run.workflowId })).outcome, 'unchanged');
    const audit = await product.records.auditLog.list({ limit: 10 }, AbortSignal.timeout(10_000));
    assert.deepEqual(
      audit.map(({ kind, status }) => `${kind} ${status}`),
      ['redelivery unchanged', 'redelivery completed', 'run undelivered'],
    );
    await product.stop();
  });

  it('whose acknowledgement was lost comes again with the same id, and counts once', async () => {
    const faults = { script: [{ on: 'webhook' as const, nth: 1, fault: 'drop-after' as const }] };
    const product = await suite.product({ simulator: { cxone: SMALL, receiver: { faults } } });
    const result = await (await product.client.start(product.request())).result();
    assert.equal(result.outcome, 'completed');
    assert.equal(webhookIds(product).length, 2);
    assert.equal(new Set(webhookIds(product)).size, 1);
    assert.equal(product.simulator.receiver.journal.count({ verdict: 'duplicate' }), 1);
    await product.stop();
  });

  it('is signed with every secret while they rotate', async () => {
    const product = await suite.product({
      simulator: { cxone: SMALL, receiver: { secrets: [NEW_SECRET] } },
      env: { BI_WEBHOOK_SECRET: `${NEW_SECRET} ${DEFAULT_WEBHOOK_SECRET}` },
    });
    const result = await (await product.client.start(product.request())).result();
    assert.deepEqual([result.outcome, result.delivery.signed], ['completed', true]);
    await product.stop();
  });

  it('without a secret is unsigned, and the result and the audit say so', async () => {
    const product = await suite.product({
      simulator: { cxone: SMALL, receiver: { allowUnsigned: true } },
      env: { BI_WEBHOOK_SECRET: '' },
    });
    const result = await (await product.client.start(product.request())).result();
    assert.equal(result.delivery.signed, false);
    const [entry] = await product.records.auditLog.list({ limit: 1 }, AbortSignal.timeout(10_000));
    assert.equal(entry?.delivery?.signed, false);
    await product.stop();
  });

  it('of an empty result is one part', async () => {
    const product = await suite.product({ simulator: { cxone: { data: { rows: 0 } } } });
    const result = await (await product.client.start(product.request())).result();
    assert.deepEqual([result.rows.returned, result.delivery.parts, result.accuracyRate], [0, 1, 100]);
    assert.equal(result.completeness.missingCount, 7);
    assert.equal(product.simulator.receiver.windows().size, 1);
    await product.stop();
  });

  it('of a cancelled run stops, and the run is audited as cancelled', async () => {
    const faults = { script: [{ on: 'webhook' as const, nth: 1, times: 99, fault: '503' as const }] };
    const product = await suite.product({ simulator: { cxone: SMALL, receiver: { faults } } });
    const run = await product.client.start(product.request());
    await until(
      'two attempts',
      () => webhookIds(product).length,
      (attempts) => attempts >= 2,
    );
    await run.cancel();
    await assert.rejects(run.result(), { type: 'RunCancelled' });
    const audit = await product.records.auditLog.list({ limit: 10 }, AbortSignal.timeout(10_000));
    assert.deepEqual(
      audit.map(({ status }) => status),
      ['cancelled'],
    );
    await product.stop();
  });
});
