import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PublishedSchema } from '../../../scripts/schemas.js';
import type { RunSimulatorOptions } from '../../../simulator/main.js';
import type { AggregateRequest } from '../../../src/client.js';
import { startSuite, type Suite } from '../../support/product.js';
import { compiled, readSchema } from '../../support/gateway/published-schemas.js';

function assertFits(name: PublishedSchema, value: unknown): void {
  const validate = compiled(readSchema(name));
  // As it travels.
  assert.ok(validate(JSON.parse(JSON.stringify(value))), JSON.stringify(validate.errors));
}

const GROUPED: Partial<AggregateRequest> = {
  query: {
    metric: ['journeyCompletionRate', 'journeyStarted'],
    dimension: ['journeyId'],
    dateFrom: '2026-11-01',
    dateTo: '2026-11-04',
  },
  processing: { maxRows: 20, outliers: 'flag', weightMetric: 'journeyStarted' },
};

/** Runs that end as differently as they can, by what is particular to them. */
const RUNS: Readonly<Record<string, readonly [RunSimulatorOptions, Partial<AggregateRequest>]>> = {
  completed: [{}, {}],
  'completed, of many groups, sampled': [{}, GROUPED],
  'completed, without a row': [{ cxone: { data: { rows: 0 } } }, {}],
  'completed, not rolled up, its outliers left alone': [{}, { processing: { rollup: 'off', outliers: 'off' } }],
  undelivered: [{ receiver: { faults: { script: [{ on: 'webhook', fault: '410' }] } } }, {}],
};

describe('what the product says, against its published schemas', { concurrency: true }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  for (const [name, [simulator, change]] of Object.entries(RUNS)) {
    it(`a run that is ${name}: its request, its result and the parts that arrived`, async () => {
      const product = await suite.product({ simulator });
      const request = product.request(change);
      assertFits('aggregate-request.json', request);
      const result = await (await product.client.start(request)).result();
      assert.ok(name.startsWith(result.outcome), result.outcome);
      assertFits('aggregate-result.json', result);
      const again = await (await product.client.start(request, { again: true })).result();
      assert.equal(again.outcome, result.outcome === 'completed' ? 'unchanged' : 'completed');
      assertFits('aggregate-result.json', again);
      const payloads = product.simulator.receiver.windows().get(result.delivery.deliveryId)?.payloads ?? [];
      assert.ok(payloads.length > 0, 'something arrived');
      for (const payload of payloads) assertFits('delivery-payload.json', payload);
      await product.stop();
    });
  }
});
