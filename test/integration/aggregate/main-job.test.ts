import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startSuite, type Suite } from '../../support/product.js';

describe('the main job, on real servers', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  it('pulls every page, cleans the rows, delivers them signed and audits the run', async () => {
    const product = await suite.product({ simulator: { cxone: { data: { rows: 2_500 } } } });
    const request = product.request();
    const run = await product.client.start({ ...request, query: { ...request.query, limit: 1_000 } });
    const result = await run.result();

    assert.equal(result.outcome, 'completed');
    assert.equal(result.rows.returned, 2_500);
    assert.equal(result.delivery.signed, true);
    const [window] = [...product.simulator.receiver.windows().values()];
    assert.equal(window?.deliveryId, result.delivery.deliveryId);
    const [entry] = await product.records.auditLog.list({ limit: 10 }, AbortSignal.timeout(5_000));
    assert.equal(entry?.status, 'completed');
    assert.equal(entry.rows_processed, result.rows.delivered);
    await product.stop();
  });
});
