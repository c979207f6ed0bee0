import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AggregateRequest } from '../../../src/client.js';
import type { Destination, Source } from '../../../src/ports/index.js';
import { CxoneError } from '../../../src/sources/http/errors.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { aDirectory } from '../../support/sources/directory.js';
import { memoryDestination } from '../../support/sources/memory-destination.js';
import { memorySource, type Leg } from '../../support/sources/memory-source.js';
import { until } from '../../support/until.js';

/** Eight legs of three days: three pages of three, and three rows. */
const LEGS: readonly Leg[] = [1, 1, 1, 2, 2, 2, 2, 3].map((day, index) => ({
  began: `2026-11-0${day}T0${index}:00:00Z`,
  completed: index % 2 === 0,
}));

const WINDOW: Pick<AggregateRequest, 'query' | 'processing'> = {
  query: {
    metric: ['journeyCompletionRate'],
    dimension: ['journeyId'],
    dateFrom: '2026-11-01',
    dateTo: '2026-11-05',
  },
  processing: { outliers: 'off' },
};

describe('another source and another destination', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  /** The product as it is, but for what its directory names. */
  function productWith(source: Source, destination: Destination): Promise<Product> {
    return suite.product({
      between: (dependencies) => {
        const orgs = dependencies.directory.orgs;
        return { ...dependencies, directory: aDirectory({ orgs, source, destination }) };
      },
    });
  }

  it('are read by cursor, derived, delivered in parts, committed and audited', async () => {
    const { source, cursors, submitted, polled, aborted } = memorySource(LEGS, { retryAfterMs: 4_000 });
    const refusal = { delivered: false, reason: 'lock timeout', permanent: false };
    const { destination, delivered, visible } = memoryDestination([refusal]);
    const product = await productWith(source, destination);
    const result = await (await product.client.start(product.request(WINDOW))).result();

    assert.deepEqual(cursors, [null, '3', '6']);
    assert.ok((polled[0] ?? 0) - (submitted[0] ?? 0) >= 4_000, 'the 202 said when to come first');
    assert.deepEqual(aborted, [], 'there was a result');
    assert.deepEqual([result.outcome, result.queryId], ['completed', 'job/1']);
    assert.deepEqual(result.rows, { returned: 3, kept: 3, delivered: 3 });
    assert.deepEqual(result.completeness.missing, ['2026-11-04'], 'by its own date key');
    const { deliveryId, parts, attempts, signed } = result.delivery;
    assert.deepEqual([parts, attempts, signed], [2, 2, false], 'the first commit was refused');
    assert.equal(delivered.length, 3, 'and the last part was handed over again');
    assert.equal(new Set(delivered).size, 2);
    const rates = { '2026-11-01': 2 / 3, '2026-11-02': 1 / 2, '2026-11-03': 0 };
    assert.deepEqual(
      visible.get(deliveryId)?.map((line) => JSON.parse(line) as unknown),
      Object.entries(rates).map(([day, rate]) => ({ day, journeyId: 'j-1', journeyCompletionRate: rate })),
    );
    const [entry] = await product.records.auditLog.list({ limit: 10 }, AbortSignal.timeout(5_000));
    assert.deepEqual([entry?.status, entry?.rows_processed], ['completed', 3]);
    await product.stop();
  });

  it('are asked again for the same content, and nothing is delivered twice', async () => {
    const { destination, delivered } = memoryDestination();
    const product = await productWith(memorySource(LEGS).source, destination);
    const request = product.request(WINDOW);
    await (await product.client.start(request)).result();
    const again = await (await product.client.start(request, { again: true })).result();
    assert.deepEqual([again.outcome, again.delivery.revision, delivered.length], ['unchanged', 1, 2]);
    await product.stop();
  });

  it('have a query aborted upstream that nobody waits for: the run was cancelled', async () => {
    const { source, aborted, polled } = memorySource('never ready');
    const product = await productWith(source, memoryDestination().destination);
    const run = await product.client.start(product.request(WINDOW));
    await until(
      'the first poll',
      () => polled.length,
      (polls) => polls > 0,
    );
    await run.cancel();
    await assert.rejects(run.result(), { type: 'RunCancelled' });
    assert.deepEqual(aborted, ['job/1']);
    await product.stop();
  });

  it('have it aborted at the deadline, too; and an abort that fails changes nothing of how the run ends', async () => {
    const { source, aborted } = memorySource('never ready');
    const failing: Source = {
      ...source,
      async abort(job, signal) {
        await source.abort?.(job, signal);
        throw new CxoneError('Forbidden', 'The client may not abort.', { operation: 'poll' });
      },
    };
    const product = await productWith(failing, memoryDestination().destination);
    const run = await product.client.start(product.request({ ...WINDOW, poll: { deadline: '10 seconds' } }));
    await assert.rejects(run.result(), { type: 'QueryDeadlineExceeded' });
    assert.deepEqual(aborted, ['job/1']);
    const [entry] = await product.records.auditLog.list({ limit: 10 }, AbortSignal.timeout(5_000));
    assert.deepEqual([entry?.status, entry?.failureType], ['failed', 'QueryDeadlineExceeded']);
    await product.stop();
  });
});
