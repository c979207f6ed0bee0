/**
 * The defects of the seed, each as a promise of the product, through the whole of it. Those of single parts have their
 * tests beside the part: numbers in `transform.test.ts`, addresses in `cxone-*.test.ts` and `delivery-*.test.ts`.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import { JourneyMetricsError, type AggregateResult } from '../../../src/client.js';
import type { FailureType } from '../../../src/contract/failures.js';
import type { AggregateRequest } from '../../../src/contract/request/request.js';
import type { AuditListing } from '../../../src/ports/index.js';
import { startSuite, type Product, type ProductOptions, type Suite } from '../../support/product.js';

interface Ended {
  readonly result?: AggregateResult;
  readonly error?: JourneyMetricsError;
  readonly audit: readonly AuditListing[];
}

describe('seed: what the seed got wrong', { concurrency: 4 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  async function run(
    options: ProductOptions,
    check: (ended: Ended, product: Product) => void | Promise<void>,
    change: Partial<AggregateRequest> = {},
  ): Promise<void> {
    const product = await suite.product(options);
    const outcome = await product.client
      .start(product.request(change))
      .then((started) => started.result())
      .then((result) => ({ result }))
      .catch((error: unknown) => {
        assert.ok(error instanceof JourneyMetricsError, String(error));
        return { error };
      });
    const audit = await product.records.auditLog.list({ limit: 10 }, AbortSignal.timeout(10_000));
    await check({ ...outcome, audit }, product);
    await product.stop();
  }

  const cxone = (faults: FaultSchedule, more: object = {}): ProductOptions => ({
    simulator: { cxone: { data: { rows: 40 }, faults, ...more } },
  });
  const struck = (product: Product, fault: string): number => product.simulator.cxone.journal.count({ fault });

  const fails =
    (type: FailureType, fault: string) =>
    (ended: Ended, product: Product): void => {
      assert.equal(ended.error?.type, type, ended.error?.message);
      assert.ok(struck(product, fault) > 0, `${fault} struck`);
      assert.deepEqual(
        ended.audit.map(({ status, failureType }) => [status, failureType]),
        [['failed', type]],
      );
      assert.equal(product.simulator.receiver.journal.count(), 0);
    };

  it('a client secret with & + = % in it is sent encoded', () =>
    run({}, ({ result }, { env }) => {
      assert.match(env['CXONE_CLIENT_SECRET'] ?? '', /[&+=%]/);
      assert.equal(result?.outcome, 'completed');
    }));

  it('a 200 that says RUNNING is waited for', () =>
    run(cxone({ script: [{ on: 'poll', nth: 1, fault: 'running' }] }), ({ result }, product) => {
      assert.equal(result?.rows.returned, 40);
      assert.equal(struck(product, 'running'), 1);
    }));

  it('a 200 that says FAILED ends the run as QueryFailed', () =>
    run(cxone({ script: [{ on: 'poll', nth: 1, fault: 'failed' }] }), fails('QueryFailed', 'failed')));

  it('every page is followed and the rows add up to totalCount', () =>
    run(
      cxone({}, { data: { rows: 95 } }),
      ({ result }, product) => {
        assert.equal(result?.rows.returned, 95);
        assert.equal(product.simulator.cxone.journal.count({ operation: 'page', effect: true }), 9);
      },
      limit(10),
    ));

  it('rows that do not add up are IncompleteResult after three readings, never a success', () =>
    run(
      cxone({ script: [{ on: 'poll', nth: 1, times: 99, fault: 'wrong-total' }] }),
      fails('IncompleteResult', 'wrong-total'),
    ));

  it('a page that comes again is IncompleteResult, not an endless loop', () =>
    run(
      cxone({ script: [{ on: 'page', nth: 1, times: 99, fault: 'page-loop' }] }),
      fails('IncompleteResult', 'page-loop'),
      limit(10),
    ));

  for (const on of ['poll', 'page'] as const) {
    it(`an answer to ${on} that is of another query is IncompleteResult`, () => {
      const simulator = cxone({ script: [{ on, nth: 1, times: 99, fault: 'other-query' }] });
      return run(simulator, fails('IncompleteResult', 'other-query'), limit(10));
    });
  }

  it('a Location of another host is InvalidLocation and gets no request', () =>
    run(
      cxone({ script: [{ on: 'submit', nth: 1, times: 9, fault: 'hostile-location' }] }),
      fails('InvalidLocation', 'hostile-location'),
    ));

  it('a missing Location is InvalidLocation: the path is never guessed', () =>
    run(
      cxone({ script: [{ on: 'submit', nth: 1, times: 9, fault: 'no-location' }] }),
      fails('InvalidLocation', 'no-location'),
    ));

  it('rows without any asked-for key are MalformedResponse', () =>
    run(
      cxone({ script: [{ on: 'poll', nth: 1, times: 99, fault: 'strange-rows' }] }),
      fails('MalformedResponse', 'strange-rows'),
    ));

  it('more than counts is validated: an unknown metric is refused with the nearest known one', () =>
    run(
      {},
      ({ error, audit }, product) => {
        assert.equal(error?.type, 'InvalidRequest');
        assert.match(error.message, /query\.metric\.0: "journeyCompletionRat" .* "journeyCompletionRate"/);
        assert.equal(audit[0]?.failureType, 'InvalidRequest');
        assert.equal(product.simulator.cxone.journal.count(), 0);
      },
      { query: { metric: ['journeyCompletionRat'], dateFrom: '2026-11-01', dateTo: '2026-11-02' } },
    ));

  it('days without rows are listed by name', () =>
    run(cxone({}, { data: { missingDays: 0.6, seed: 'gaps' } }), ({ result }) => {
      const { missing = [], missingCount = 0 } = result?.completeness ?? {};
      assert.ok(missingCount > 0 && missing.length === missingCount);
      for (const day of missing) assert.match(day, /^2026-11-0\d$/);
    }));
});

/** A page size that makes forty rows four pages. */
function limit(rows: number): Partial<AggregateRequest> {
  return {
    query: {
      metric: ['journeyCompletionRate', 'journeyDropOffRate'],
      dimension: ['journeyId'],
      dateFrom: '2026-11-01',
      dateTo: '2026-11-08',
      limit: rows,
    },
  };
}
