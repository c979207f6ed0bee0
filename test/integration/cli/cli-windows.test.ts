import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AggregateResult, BackfillResult } from '../../../src/client.js';
import type { SeriesCoverage } from '../../../src/contract/result/coverage.js';
import { ANYBODY_HERE } from '../../../src/keys/principal.js';
import { cli } from '../../support/cli/cli.js';
import { problemOf, startGateway } from '../../support/gateway/gateway.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

const DATA = { rows: 40 };

describe('windows, by command line and HTTP', { concurrency: 3 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const read = async (product: Product, dateFrom: string, dateTo: string, again = false): Promise<AggregateResult> => {
    const { query } = product.request();
    const request = product.request({ query: { ...query, dateFrom, dateTo }, timeZone: 'Europe/Berlin' });
    return (await product.client.start(request, { again })).result();
  };
  const windows = async ({ env }: Product, ...flags: readonly string[]): Promise<readonly SeriesCoverage[]> => {
    const end = await cli(['windows', '--json', ...flags], env);
    assert.deepEqual([end.code, end.stderr], [0, '']);
    return JSON.parse(end.stdout) as readonly SeriesCoverage[];
  };
  const states = (coverage: SeriesCoverage | undefined): readonly string[] =>
    coverage?.windows.map(({ label, state }) => `${label} ${state}`) ?? [];

  test('say which days there are, which is missing, and how complete a series is; filling reads the missing one', async (t) => {
    const product = await suite.product({ simulator: { cxone: { data: DATA } } });
    const first = await read(product, '2026-10-24', '2026-10-25');
    await read(product, '2026-10-25', '2026-10-26');
    await read(product, '2026-10-27', '2026-10-28');
    const [coverage, ...others] = await windows(product);
    assert.equal(others.length, 0);
    assert.deepEqual(states(coverage), [
      '2026-10-24 delivered',
      '2026-10-25 delivered',
      '2026-10-26 missing',
      '2026-10-27 delivered',
    ]);
    assert.equal(coverage?.completeUpTo, '2026-10-25T23:00:00Z', 'the day on which the clocks go back has 25 hours');
    const own = coverage.windows[0];
    assert.deepEqual(
      [coverage.series, own?.deliveryId, own?.workflowId, own?.revision],
      [first.series, first.delivery.deliveryId, first.workflowId, 1],
    );
    assert.equal(own?.rows, first.rows.returned);

    const gateway = await startGateway(t, product);
    const answer = await gateway.send('GET', '/windows?from=2026-10-26&to=2026-10-27');
    const sent = (answer.json as { readonly coverage: readonly SeriesCoverage[] }).coverage;
    assert.deepEqual(sent, await windows(product, '--from', '2026-10-26', '--to', '2026-10-27'));
    assert.deepEqual(states(sent[0]), ['2026-10-26 missing']);
    assert.equal(problemOf(await gateway.send('GET', '/windows?from=soon')).kind, 'InvalidRequest');

    const page = await gateway.send('GET', '/?org=&from=2026-10-01&to=2026-11-01');
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.match(page.text, /complete up to <strong>Mon 2026-10-26 00:00/);
    assert.match(page.text, /2026-10-26: missing/);
    assert.ok(!page.text.includes('<script'));
    const path = `/windows/${first.delivery.deliveryId}`;
    assert.ok(page.text.includes(`href="${path}"`), 'a day leads to its window');
    const one = await gateway.send('GET', path);
    assert.match(one.text, /24 Oct 2026 \(Europe\/Berlin\)/);
    assert.ok(
      one.text.includes(`href="/runs/${encodeURIComponent(first.workflowId)}/report"`),
      'and that to its report',
    );
    assert.equal(problemOf(await gateway.send('GET', '/windows/nothing')).kind, 'WindowNotFound');

    const text = await cli(['windows', 'fill'], product.env);
    assert.match(text.stdout, /missing +26 Oct 2026 \(Europe\/Berlin\)\n.*1 backfill closes these gaps/);
    const filled = await cli(['windows', 'fill', '--yes', '--json'], product.env);
    const [{ started = [] } = {}] = JSON.parse(filled.stdout) as { started?: { workflowId: string }[] }[];
    const result: BackfillResult = await product.client.backfills.get(started[0]?.workflowId ?? '').result();
    assert.equal(result.outcome, 'completed');
    const [whole] = await windows(product);
    assert.equal(whole?.series, coverage.series, 'what fills a gap is of the same series');
    assert.equal(whole.completeUpTo, '2026-10-27T23:00:00Z');
    assert.match((await cli(['windows'], product.env)).stdout, /complete up to Wed 2026-10-28 00:00/);
    assert.match((await cli(['windows', 'fill'], product.env)).stdout, /There is no gap/);
    await product.stop();
  });

  test('tell a correction from a first delivery, and a failed or undelivered day from a delivered one', async () => {
    const product = await suite.product({
      simulator: { cxone: { data: { ...DATA, corrected: 0.5, settledBefore: '2026-10-01' } } },
    });
    await read(product, '2026-10-01', '2026-10-02');
    product.simulator.cxone.setData(DATA);
    await read(product, '2026-10-01', '2026-10-02', true);
    product.simulator.cxone.setData({ rows: 0 });
    await read(product, '2026-10-02', '2026-10-03');
    const [coverage] = await windows(product);
    assert.deepEqual(states(coverage), ['2026-10-01 corrected', '2026-10-02 empty']);
    const missing = (coverage?.windows ?? []).map((each) => `${String(each.missingBuckets)} ${each.missing.join()}`);
    assert.deepEqual(missing, ['0 ', '1 2026-10-02']);
    const [corrected] = coverage?.windows ?? [];
    assert.deepEqual([corrected?.revision, corrected?.corrections], [2, 1]);
    assert.equal(corrected?.correctedAt, corrected?.deliveredAt);
    assert.deepEqual(await windows(product, '--org', 'nobody'), []);
    assert.deepEqual(await windows(product, '--series', coverage?.series ?? ''), [coverage]);
    await product.stop();
  });

  test('of another organisation than the key allows are not sent', async (t) => {
    const product = await suite.product({ simulator: { cxone: { data: DATA } } });
    await read(product, '2026-10-01', '2026-10-02');
    const authenticate = () => Promise.resolve({ ...ANYBODY_HERE, orgs: new Set(['globex']) });
    const gateway = await startGateway(t, product, { authenticate });
    assert.deepEqual((await gateway.send('GET', '/windows')).json, { coverage: [] });
    assert.match((await gateway.send('GET', '/')).text, /No window is known here yet/);
    const [coverage] = await windows(product);
    const path = `/windows/${coverage?.windows[0]?.deliveryId ?? ''}`;
    assert.equal(problemOf(await gateway.send('GET', path)).kind, 'WindowNotFound');
    const org = product.env['CXONE_ORG_ID'] ?? '';
    assert.deepEqual((await gateway.send('GET', `/windows?org=${org}`)).json, { coverage: [] });
    await product.stop();
  });
});
