import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DataSettingsInput } from '../../../simulator/rows/settings.js';
import { JourneyMetricsError, type AggregateRequest, type AggregateResult } from '../../../src/client.js';
import { startGateway } from '../../support/gateway/gateway.js';
import { execute } from '../../support/records/postgres.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

const DATA = { rows: 40 };
const WORDS = { ...DATA, words: 1 };

describe('the fields of rows that pass through', { concurrency: 2 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const read = async (
    product: Product,
    data: DataSettingsInput,
    change: Partial<AggregateRequest> & { readonly day?: string } = {},
  ): Promise<AggregateResult> => {
    const { day = '2026-10-03', ...request } = change;
    product.simulator.cxone.setData(data);
    const { query } = product.request();
    const next = `${day.slice(0, 8)}${String(Number(day.slice(8)) + 1).padStart(2, '0')}`;
    const dates = { dateFrom: day, dateTo: next };
    return (
      await product.client.start(product.request({ ...request, query: { ...query, ...dates } }), { again: true })
    ).result();
  };
  const told = ({ quality }: AggregateResult): readonly string[] =>
    quality.warnings.flatMap(({ kind, message }) => (kind === 'schema-changed' ? [message] : []));

  test('are remembered from run to run: a change is told once, in the result and the report', async (t) => {
    const product = await suite.product();
    const first = await read(product, DATA);
    const sparse = await read(product, { ...DATA, nulls: 0.5, absentKeys: 0.3, numericStrings: 0.3 });
    assert.deepEqual([told(first), told(sparse)], [[], []]);
    const [metric = ''] = product.request().query.metric;
    const changed = await read(product, WORDS, { day: '2026-10-04' });
    assert.ok(told(changed).includes(`the field "${metric}" was number and is now text`), told(changed).join());
    assert.deepEqual(told(await read(product, WORDS, { day: '2026-10-05' })), []);
    const alerts = await execute<{ event: string; about: string }>(
      product.env['DATABASE_URL'] ?? '',
      'SELECT event, about FROM alerts',
    );
    assert.deepEqual(
      alerts.map(({ event, about }) => [event, (JSON.parse(about) as { workflowId: string }).workflowId]),
      [['schema.changed', changed.workflowId]],
    );
    const gateway = await startGateway(t, product);
    const report = await gateway.send('GET', `/runs/${changed.workflowId}/report`);
    assert.match(report.text, /was number and is now text/);
    await product.stop();
  });

  test('with `"contract": "freeze"` fail the run with a change, until a run without it accepts them', async () => {
    const product = await suite.product();
    await read(product, DATA, { contract: 'freeze' });
    const frozen = (): Promise<AggregateResult> => read(product, WORDS, { day: '2026-10-04', contract: 'freeze' });
    for (const attempt of [1, 2]) {
      await assert.rejects(frozen, (error) => {
        assert.ok(error instanceof JourneyMetricsError, String(attempt));
        assert.equal(error.type, 'SchemaChanged');
        assert.match(error.message, /^the rows have changed: the field ".*" was number and is now text/);
        return true;
      });
    }
    const accepted = await read(product, WORDS, { day: '2026-10-04' });
    assert.equal(accepted.outcome, 'completed');
    assert.ok(told(accepted).length > 0);
    assert.equal((await frozen()).outcome, 'unchanged', 'the contract is no part of an identity');
    await product.stop();
  });

  test('of an older window are compared, and not remembered', async () => {
    const product = await suite.product();
    await read(product, DATA, { day: '2026-10-04' });
    assert.ok(told(await read(product, WORDS, { day: '2026-10-01' })).length > 0);
    assert.deepEqual(told(await read(product, DATA, { day: '2026-10-05' })), []);
    await product.stop();
  });
});
