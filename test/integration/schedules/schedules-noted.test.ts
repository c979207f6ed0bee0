import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Expectation } from '../../../src/ports/index.js';
import { PATIENCE } from '../../support/records/records.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

describe('schedules in the records', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const expectations = async (product: Product): Promise<readonly Expectation[]> =>
    (await product.records.coverage.read({}, PATIENCE)).flatMap((facts) => facts.expectations);
  const noted = (product: Product, what: string, holds: (all: readonly Expectation[]) => boolean) =>
    until(what, () => expectations(product), holds);

  test('one that was created is expected, one that a person deleted is not, one that vanished still is', async () => {
    const product = await suite.product();
    const { metric, dimension } = product.request().query;
    const request = { ...product.request(), query: { metric, dimension }, window: { relative: 'yesterday' } };
    const id = product.env['CXONE_ORG_ID'] ?? '';
    await product.client.schedules.create({ id: `kept-${id}`, request, timeZone: 'Europe/Berlin' });
    await product.client.schedules.create({ id: `gone-${id}`, request: { ...request, timeZone: 'UTC' } });
    const both = await noted(product, 'both schedules in the records', (all) => all.length === 2);
    assert.deepEqual(both.map(({ timeZone }) => timeZone).toSorted(), ['Europe/Berlin', 'UTC']);
    await product.client.schedules.delete(`gone-${id}`);
    await noted(product, 'the deleted one retired', (all) => all.some(({ untilMs }) => untilMs !== null));
    await product.temporal.schedule.getHandle(`kept-${id}`).delete();
    await product.temporal.workflow.execute('noteSchedules', {
      workflowId: `note-${id}`,
      taskQueue: product.env['TASK_QUEUE'] ?? '',
    });
    const standing = (await expectations(product)).filter(({ untilMs }) => untilMs === null);
    assert.deepEqual(
      standing.map(({ scheduleId }) => scheduleId),
      [`kept-${id}`],
    );
    await product.stop();
  });
});
