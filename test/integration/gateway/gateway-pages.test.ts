import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { problemOf, startGateway } from '../../support/gateway/gateway.js';
import { startKeyedGateway } from '../../support/gateway/keyed-gateway.js';
import { startSuite, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

describe('pages of the gateway', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  it('list runs, find them, and lead to the report of each', async (t) => {
    const product = await suite.product();
    const gateway = await startGateway(t, product);
    const run = await product.client.start(product.request());
    await run.result();
    const again = await product.client.start(product.request(), { again: true });
    assert.equal((await again.result()).outcome, 'unchanged');
    const unchanged = await until(
      'the second run among the unchanged',
      () => gateway.send('GET', '/runs-page?state=unchanged'),
      ({ text }) => text.includes(again.workflowId),
    );
    assert.ok(!unchanged.text.includes(`${run.workflowId}/`));
    const listed = await gateway.send('GET', '/runs?outcome=unchanged');
    const { runs } = JSON.parse(listed.text) as { runs: readonly { workflowId: string }[] };
    assert.deepEqual(
      runs.map(({ workflowId }) => workflowId),
      [again.workflowId],
    );
    const list = await until(
      'the run in the list',
      () => gateway.send('GET', '/runs-page?text=&state=completed'),
      ({ text }) => text.includes(run.workflowId),
    );
    assert.equal(list.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(list.headers.get('content-security-policy'), "frame-ancestors 'none'");
    assert.equal(list.headers.get('cache-control'), 'no-store');
    assert.equal(list.headers.get('x-content-type-options'), 'nosniff');
    const report = `/runs/${encodeURIComponent(run.workflowId)}/report`;
    assert.ok(list.text.includes(`href="${report}"`));
    const none = await gateway.send('GET', '/runs-page?text=no-such-run');
    assert.equal(none.status, 200);
    assert.ok(!none.text.includes(run.workflowId));

    const page = await gateway.send('GET', report);
    assert.equal(page.status, 200);
    assert.match(page.text, /^<!doctype html>/i);
    assert.ok(page.text.includes('2026-11-01..2026-11-07'));
    assert.ok(!page.text.includes('<script'));
    await product.stop();
  });

  it('show how far a run under way is', async (t) => {
    const product = await suite.product({ simulator: { cxone: { run: { ms: 3_600_000 } } } });
    const gateway = await startGateway(t, product);
    const run = await product.client.start(product.request());
    await until(
      'the run in the list',
      () => gateway.send('GET', '/runs-page?state=running'),
      ({ text }) => text.includes(run.workflowId) && text.includes('<progress'),
    );
    await run.cancel();
    await assert.rejects(run.result(), { type: 'RunCancelled' });
    await product.stop();
  });

  it('of a thousand runs list a hundred, find the oldest by a part of its id, and say what they leave out', async (t) => {
    const product = await suite.product({ worker: false });
    const runs = Array.from({ length: 1_000 }, (_, index) => ({
      workflowId: `journey-acme-${1_000 - index}-end`,
      runId: 'x',
      state: 'completed' as const,
      outcome: 'completed' as const,
      org: 'acme',
      windowFrom: '2026-11-01T00:00:00.000Z',
      window: null,
      series: null,
      report: null,
      findings: null,
      startedAt: '2026-11-08T00:00:00.000Z',
      closedAt: '2026-11-08T00:01:00.000Z',
    }));
    const client = { ...product.client, list: () => Promise.resolve(runs) };
    const gateway = await startGateway(t, product, { client });
    const all = await gateway.send('GET', '/runs-page');
    assert.equal(all.text.match(/href="\/runs\//g)?.length, 100);
    assert.match(all.text, /These are the newest 100\. There are more/);
    const one = await gateway.send('GET', '/runs-page?text=ACME-1-end');
    assert.equal(one.text.match(/href="\/runs\//g)?.length, 1);
    assert.match(one.text, /Only the newest 1,000 runs were looked through/);
    await product.stop();
  });

  it('are a 503 while Temporal is away, and a 400 for what is no search', async (t) => {
    const product = await suite.product({ worker: false });
    const gateway = await startGateway(t, product, { temporalAddress: '127.0.0.1:1' });
    const away = await gateway.send('GET', '/runs-page');
    assert.deepEqual([away.status, problemOf(away).kind], [503, 'TemporalUnavailable']);
    assert.ok(Number(away.headers.get('retry-after')) > 0);
    for (const query of ['state=nonsense', `text=${'x'.repeat(201)}`, 'page=2']) {
      const refused = await gateway.send('GET', `/runs-page?${query}`);
      assert.deepEqual([refused.status, problemOf(refused).status], [400, 400], query);
    }
    await product.stop();
  });

  it('are not there for keys of other organisations, and not without a key', async (t) => {
    const product = await suite.product();
    const gateway = await startKeyedGateway(t, product);
    const run = await product.client.start(product.request());
    await run.result();
    const stranger = await gateway.newKey('stranger', { orgs: ['somebody-else'] });
    const report = `/runs/${encodeURIComponent(run.workflowId)}/report`;
    const asked = (target: string, authorization?: string) =>
      gateway.ask(target, authorization === undefined ? {} : { headers: { authorization } });
    assert.equal((await asked('/')).status, 401);
    assert.equal((await asked(report)).status, 401);
    assert.equal((await asked(report, stranger)).status, 404);
    const list = await asked('/runs-page', stranger);
    assert.equal(list.status, 200);
    assert.ok(!list.text.includes(run.workflowId));
    assert.equal((await asked(report, await gateway.newKey('own'))).status, 200);
    await product.stop();
  });
});
