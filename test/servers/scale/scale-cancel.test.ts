import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const PAGES = 8;
const ROWS_PER_PAGE = 20;
const KEPT_BACK = 6;

describe('a run that is cancelled among its pages', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const scopes = ({ home }: Product): Promise<string[]> => readdir(join(home, 'datasets', 'runs')).catch(() => []);

  it('leaves none of them behind, and its audit entry', async () => {
    const busy = { kind: 'status', status: 429, retryAfter: { seconds: 3_000 } } as const;
    const faults: FaultSchedule = { script: [{ on: 'page', fault: busy, nth: KEPT_BACK }] };
    const product = await suite.product({ simulator: { cxone: { data: { rows: PAGES * ROWS_PER_PAGE }, faults } } });
    const request = product.request();
    const run = await product.client.start({ ...request, query: { ...request.query, limit: ROWS_PER_PAGE } });
    await until(
      'the wait for a page that is kept back',
      () => run.progress(),
      ({ waitingFor }) => waitingFor === 'rate limited',
    );
    assert.equal((await scopes(product)).length, 1, 'there is something to remove');

    await run.cancel();
    await assert.rejects(run.result(), { type: 'RunCancelled' });
    assert.deepEqual(await scopes(product), []);
    const audit = await product.records.auditLog.list({ limit: 10 }, AbortSignal.timeout(10_000));
    assert.deepEqual(
      audit.map(({ kind, status }) => [kind, status]),
      [['run', 'cancelled']],
    );
    await product.stop();
  });
});
