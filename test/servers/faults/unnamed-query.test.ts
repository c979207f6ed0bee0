import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import { JourneyMetricsError } from '../../../src/client.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

describe('a page of another query, and rows that come again', { concurrency: 4 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const start = (faults: FaultSchedule, more: object = {}): Promise<Product> =>
    suite.product({ simulator: { cxone: { data: { rows: 40 }, faults, ...more } } });
  const submissions = (product: Product): number => product.simulator.cxone.journal.count({ operation: 'submit' });

  for (const fault of ['truncated', 'cut-json'] as const) {
    it(`is read again where the 202 that names the query comes ${fault}`, async () => {
      const product = await start({
        script: [
          { on: 'submit', fault },
          { on: 'poll', nth: 1, fault: 'other-query' },
        ],
      });
      const result = await (await product.client.start(product.request())).result();
      assert.deepEqual(
        product.simulator.cxone.queries().map(({ queryId }) => queryId),
        [result.queryId],
      );
      assert.deepEqual([result.outcome, result.rows.returned, submissions(product)], ['completed', 40, 2]);
      assert.equal(product.simulator.cxone.journal.count({ fault: 'other-query' }), 1);
      await product.stop();
    });
  }

  it('never ends a run well, where the query is named by its place alone', async () => {
    const product = await start({
      script: [
        { on: 'submit', times: 2, fault: 'cut-json' },
        { on: 'poll', nth: 1, times: 9, fault: 'other-query' },
      ],
    });
    const handle = await product.client.start(product.request());
    await assert.rejects(handle.result(), (error: unknown) => {
      assert.ok(error instanceof JourneyMetricsError);
      assert.equal(error.type, 'IncompleteResult');
      assert.match(error.message, /page 1 belongs to another query/);
      return true;
    });
    assert.equal(product.simulator.receiver.journal.count(), 0);
    await product.stop();
  });

  it('rows that come again once are read again, and nothing is said of them', async () => {
    const product = await start({ script: [{ on: 'page', nth: 1, fault: 'repeated-rows' }] });
    const result = await (
      await product.client.start(product.request({ query: { ...product.request().query, limit: 20 } }))
    ).result();
    assert.deepEqual([result.outcome, result.rows.returned], ['completed', 40]);
    assert.deepEqual(result.quality.warnings, []);
    await product.stop();
  });

  it('rows that come again in all three readings are delivered with a warning', async () => {
    const product = await start({ script: [{ on: 'page', nth: 1, times: 9, fault: 'repeated-rows' }] });
    const result = await (
      await product.client.start(product.request({ query: { ...product.request().query, limit: 20 } }))
    ).result();
    assert.deepEqual(
      result.quality.warnings.map(({ kind, count }) => [kind, count]),
      [
        ['repeated-rows', 20],
        ['repeated-keys', 20],
      ],
    );
    assert.equal(product.simulator.cxone.journal.count({ fault: 'repeated-rows' }), 3);
    await product.stop();
  });
});
