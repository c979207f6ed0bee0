import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BackfillRequest, BackfillResult } from '../../../src/client.js';
import { backfillRequest } from '../../support/workflow/backfills.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

const CAP = 100;

// Each waits for readings that come again: side by side they wait together.
describe('a source that caps its results', { concurrency: true }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  async function backfilled(product: Product, change: Partial<BackfillRequest>): Promise<BackfillResult> {
    const request = backfillRequest(product, { processing: { outliers: 'off', maxRows: 1_000_000 }, ...change });
    return (await product.client.backfills.start(request)).result();
  }

  /** Rows at the receiver, each as often as it came: by date and journey, which name a row of the source. */
  function received({ simulator: { receiver } }: Product): readonly string[] {
    const rows = [...receiver.windows().values()].flatMap((window) => window.rows);
    return rows.map(({ date, journeyId }) => `${String(date)} ${String(journeyId)}`).toSorted();
  }

  for (const stated of [true, false]) {
    const how = stated ? 'says so' : 'only states a larger total';
    it(`and ${how} is asked for halves until they fit, and every row arrives once`, async () => {
      const product = await suite.product({ simulator: { cxone: { cap: { rows: CAP, stated }, data: {} } } });
      const result = await backfilled(product, { sliceBy: 'month', from: '2024-02-01', to: '2024-03-01' });
      assert.equal(result.outcome, 'completed');
      assert.ok(result.slices.halved > 0);
      assert.equal(result.slices.completed, result.slices.halved + 1, 'of a capped slice only its halves count');
      const rows = received(product);
      assert.equal(new Set(rows).size, rows.length, 'no row came twice');
      assert.equal(result.rows.returned, rows.length);
      assert.equal(new Set(rows.map((row) => row.slice(0, 10))).size, 29, 'every day of February 2024');
      await product.stop();
    });
  }

  it('within a day is asked for hours', async () => {
    const product = await suite.product({ simulator: { cxone: { cap: { rows: CAP }, data: {} } } });
    const query = { ...backfillRequest(product).query, timeGroupBy: 'hour' } as const;
    const { outcome, slices, partsOfBuckets } = await backfilled(product, {
      query,
      from: '2024-02-29',
      to: '2024-03-01',
    });
    assert.deepEqual({ outcome, partsOfBuckets }, { outcome: 'completed', partsOfBuckets: 0 });
    assert.ok(slices.halved > 0);
    const hours = new Set(received(product).map((row) => row.slice(0, 13)));
    assert.equal(hours.size, 24);
    await product.stop();
  });
});
