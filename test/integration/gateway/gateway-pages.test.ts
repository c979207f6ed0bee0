import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { problemOf, startGateway } from '../../support/gateway/gateway.js';
import { startKeyedGateway } from '../../support/gateway/keyed-gateway.js';
import { execute } from '../../support/records/postgres.js';
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

  it('list every run that the records have, a page after the other, by organisation, source, state, outcome and window', async (t) => {
    const product = await suite.product({ worker: false });
    const gateway = await startGateway(t, product, { temporalAddress: '127.0.0.1:1' });
    await execute(product.env['DATABASE_URL'] ?? '', MANY_RUNS);
    const idsOf = (text: string): readonly string[] =>
      [...text.matchAll(/href="\/runs\/([^/"]+)\/report"/g)].map(([, id = '']) => id);
    const all = async (query: string): Promise<readonly string[]> => {
      const found: string[] = [];
      for (let path: string | undefined = `/runs-page?${query}`; path !== undefined;) {
        const { status, text } = await gateway.send('GET', path);
        assert.equal(status, 200, text);
        assert.equal(text.includes('Temporal does not answer'), !path.includes('before='));
        found.push(...idsOf(text));
        path = /href="([^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
      }
      return found;
    };
    const whole = await all('');
    assert.deepEqual(
      whole,
      Array.from({ length: 250 }, (_, index) => `run-${250 - index}`),
      'newest first, each once',
    );
    assert.equal((await all('org=globex')).length, 125);
    assert.equal((await all('source=journeys')).length, 50);
    assert.equal((await all('outcome=failed&state=ended')).length, 25);
    assert.equal((await all('state=failed')).length, 25, 'an outcome in an address of before');
    assert.equal((await all('state=running')).length, 25);
    assert.deepEqual(await all('text=RUN-249'), ['run-249']);
    assert.deepEqual(await all('text=100%25'), [], 'a text is no pattern');
    // Days of Berlin: the first begins on the day before in UTC.
    assert.deepEqual(await all('text=2026-03-01'), ['run-1']);
    assert.deepEqual(await all('text=2026-03-01..2026-03-02'), ['run-2', 'run-1']);
    const kept = await gateway.send('GET', '/runs-page?org=acme&outcome=completed');
    assert.match(kept.text, /name="org" value="acme"/);
    assert.match(kept.text, /<option value="completed" +selected/);
    await product.stop();
  });

  it('lead to the window where Temporal no longer keeps the run, and to the states of organisations and destinations', async (t) => {
    const product = await suite.product();
    const gateway = await startGateway(t, product);
    await execute(product.env['DATABASE_URL'] ?? '', MANY_RUNS);
    const gone = await fetch(`${gateway.url}/runs/run-7/report`, { redirect: 'manual' });
    assert.deepEqual([gone.status, gone.headers.get('location')], [303, '/windows/delivery-7']);
    assert.equal(problemOf(await gateway.send('GET', '/runs/run-777/report')).kind, 'RunNotFound');
    const run = await product.client.start(product.request());
    const { delivery } = await run.result();
    const report = await gateway.send('GET', `/runs/${run.workflowId}/report`);
    assert.ok(report.text.includes(`href="/windows/${delivery.deliveryId}"`));
    const org = product.env['CXONE_ORG_ID'] ?? '';
    const destinations = await gateway.send('GET', '/destinations-page');
    assert.match(destinations.text, /everything has arrived/);
    assert.ok(destinations.text.includes(`href="/?org=${org}&amp;destination=bi"`));
    const orgs = await gateway.send('GET', '/orgs-page');
    assert.ok(orgs.text.includes(org));
    const script = await gateway.send('GET', '/assets/live.js');
    assert.match(script.headers.get('content-type') ?? '', /^text\/javascript/);
    const list = await gateway.send('GET', '/runs-page');
    assert.match(list.text, /script-src &#39;self&#39;; connect-src &#39;self&#39;/);
    await product.stop();
  });

  it('are a 400 for what is no search', async (t) => {
    const product = await suite.product({ worker: false });
    const gateway = await startGateway(t, product, { temporalAddress: '127.0.0.1:1' });
    for (const query of ['state=nonsense', `text=${'x'.repeat(201)}`, 'page=2', 'before=soon', 'outcome=running']) {
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

/** 250 runs of 250 days of Berlin, of two organisations and two sources; every tenth failed, and every tenth is under way. */
const MANY_RUNS = `
INSERT INTO series (series, report) VALUES ('a', '{"source": "analytics", "reportType": "x", "filter": {}}'),
  ('b', '{"source": "journeys", "reportType": "x", "filter": {}}');
INSERT INTO runs (run_key, workflow_id, first_execution_run_id, org, requester, query_hash, run_window, destination, delivery_id,
  started_at, finished_at, outcome, series)
SELECT 'key-' || n, 'run-' || n, 'first', CASE n % 2 WHEN 0 THEN 'acme' ELSE 'globex' END, 'test', 'q',
  jsonb_build_object('from', f, 'to', f + interval '1 day', 'label', to_char(day, 'YYYY-MM-DD'), 'timeZone', 'Europe/Berlin'),
  'bi', 'delivery-' || n, timestamptz '2026-03-01T05:00:00Z' + n * interval '1 day',
  CASE WHEN n % 10 <> 9 THEN timestamptz '2026-03-01T05:01:00Z' + n * interval '1 day' END,
  CASE n % 10 WHEN 9 THEN NULL WHEN 8 THEN 'failed' ELSE 'completed' END, CASE n % 5 WHEN 0 THEN 'b' ELSE 'a' END
FROM generate_series(1, 250) n, LATERAL (SELECT timestamp '2026-02-28' + n * interval '1 day' AS day) d,
  LATERAL (SELECT day AT TIME ZONE 'Europe/Berlin' AS f) e;`;
