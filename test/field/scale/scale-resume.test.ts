import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { startQuickWorker } from '../../support/quick-worker.js';
import { until } from '../../support/until.js';

const PAGES = 40;
const ROWS_PER_PAGE = 20;
const STRUCK = 32;

describe('a worker that dies among many pages', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  it('is followed by one that goes on at the very page: no page before it is fetched again', async () => {
    // The page is kept back for longer than the test takes, so that the worker dies there on any machine.
    const kept: FaultSchedule = { script: [{ on: 'page', fault: { kind: 'slow', delayMs: 600_000 }, nth: STRUCK }] };
    const product = await suite.product({
      simulator: { cxone: { data: { rows: PAGES * ROWS_PER_PAGE }, faults: kept } },
      worker: false,
    });
    const first = await startQuickWorker(product);
    const request = product.request({ processing: { outliers: 'off' } });
    const run = await product.client.start({ ...request, query: { ...request.query, limit: ROWS_PER_PAGE } });
    await until(
      'the page that is kept back',
      () => fetched(product),
      (pages) => pages.includes(STRUCK),
    );
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await startQuickWorker(product);

    const result = await run.result();
    assert.equal(result.rows.delivered, PAGES * ROWS_PER_PAGE);
    const upTo = (end: number, from = 0): number[] => Array.from({ length: end - from }, (_, index) => from + index);
    assert.deepEqual(fetched(product), [...upTo(STRUCK + 1), ...upTo(PAGES, STRUCK)]);
    await second.stop(10_000);
    await product.stop();
  });
});

/** The pages that were asked for, in this order. */
function fetched({ simulator }: Product): readonly number[] {
  return simulator.cxone.journal.entries().flatMap(({ page }) => (page === undefined ? [] : [page]));
}
