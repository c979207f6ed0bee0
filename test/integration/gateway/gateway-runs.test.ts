import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AggregateResult, JourneyMetricsClient, RunSummary } from '../../../src/client.js';
import { ANYBODY_HERE } from '../../../src/keys/principal.js';
import type { Authenticate } from '../../../src/gateway/access/principal.js';
import type { RunDocument } from '../../../src/gateway/runs/run-document.js';
import { problemOf, startedIn, startGateway, type RunningGateway } from '../../support/gateway/gateway.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

/** Who asks is the word behind `Bearer`; the organisations of anybody but `all` are the words behind that. */
const byWord: Authenticate = ({ headers: { authorization = '' } }) => {
  const [, id = '', ...orgs] = authorization.split(' ');
  if (id === '') return Promise.resolve({ refused: 'say who you are' });
  if (id === 'reader') return Promise.resolve({ ...ANYBODY_HERE, id, scopes: new Set(['runs:read'] as const) });
  return Promise.resolve({ ...ANYBODY_HERE, id, orgs: id === 'all' ? ('*' as const) : new Set(orgs) });
};

describe('runs, by HTTP', { concurrency: 4 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const slow = (): Promise<Product> => suite.product({ simulator: { cxone: { run: { ms: 600_000 } } } });

  async function listed(gateway: RunningGateway, path: string, count: number, who?: string): Promise<RunSummary[]> {
    const call = who === undefined ? {} : { headers: { authorization: `Bearer ${who}` } };
    const ask = async (): Promise<RunSummary[]> => {
      return ((await gateway.send('GET', path, call)).json as { runs: RunSummary[] }).runs;
    };
    return until(`${count} runs under ${path}`, ask, (runs) => runs.length === count);
  }

  test('a run is shown with its progress, polled at once when asked to, and cancelled', async (t) => {
    const product = await slow();
    const gateway = await startGateway(t, product);
    const { workflowId } = startedIn(await gateway.send('POST', '/aggregate', { body: product.request() }));
    const shown = await until(
      'the run to wait for the source',
      async () => (await gateway.send('GET', `/runs/${workflowId}`)).json as RunDocument,
      ({ progress }) => progress?.phase === 'waiting' && progress.polls > 0,
    );
    assert.equal(shown.state, 'running');
    const polled = await gateway.send('POST', `/runs/${workflowId}/poll-now`);
    assert.deepEqual([polled.status, startedIn(polled).workflowId], [202, workflowId]);
    assert.equal((await gateway.send('POST', `/runs/${workflowId}/cancel`, { body: {} })).status, 202);
    const ended = await until(
      'the run to end',
      async () => (await gateway.send('GET', `/runs/${workflowId}`)).json as RunDocument,
      ({ state }) => state !== 'running',
    );
    assert.deepEqual([ended.state, ended.error?.type, ended.progress], ['cancelled', 'RunCancelled', undefined]);
    const late = problemOf(await gateway.send('POST', `/runs/${workflowId}/cancel`));
    assert.deepEqual([late.status, late.kind], [409, 'RunHasEnded']);
    await product.stop();
  });

  test('lists are cut and narrowed by state', async (t) => {
    const product = await suite.product();
    const gateway = await startGateway(t, product);
    const bodies = [1, 2, 3].map((maxRows) => product.request({ processing: { maxRows } }));
    const answers = await Promise.all(bodies.map((body) => gateway.send('POST', '/aggregate', { body })));
    await Promise.all(answers.map((answer) => product.client.run(startedIn(answer).workflowId).result()));
    await listed(gateway, '/runs?state=completed', 3);
    await listed(gateway, '/runs?state=running', 0);
    assert.equal((await listed(gateway, '/runs?limit=2', 2)).length, 2);
    const wrong = problemOf(await gateway.send('GET', '/runs?limit=0&state=sleeping&limti=1'));
    const paths = wrong.problems?.map(({ path }) => path);
    assert.deepEqual(paths, ['querystring.limit', 'querystring.state', 'querystring']);
    await product.stop();
  });

  test("another organisation's run is not there at all", async (t) => {
    const product = await slow();
    const org = product.env['CXONE_ORG_ID'] ?? '';
    const gateway = await startGateway(t, product, { authenticate: byWord });
    const as = (who: string): { headers: { authorization: string } } => ({
      headers: { authorization: `Bearer ${who}` },
    });
    const body = product.request();
    const started = startedIn(await gateway.send('POST', '/aggregate', { body, ...as(`own ${org}`) }));
    const own = `/runs/${started.workflowId}`;
    assert.equal((await gateway.send('GET', own, as(`own ${org}`))).status, 200);
    for (const [method, path] of [
      ['GET', own],
      ['GET', `${own}/events`],
      ['GET', `${own}/rows`],
      ['POST', `${own}/cancel`],
      ['POST', `${own}/poll-now`],
      ['POST', `${own}/redeliver`],
    ] as const) {
      const hidden = await gateway.send(method, path, as('other elsewhere'));
      const missing = await gateway.send(method, path.replace(own, '/runs/nobody'), as('other elsewhere'));
      assert.equal(problemOf(hidden).status, 404, path);
      const { instance: _one, ...said } = problemOf(hidden);
      const { instance: _other, ...saidOfNone } = problemOf(missing);
      const same = JSON.stringify(saidOfNone).replaceAll('nobody', started.workflowId);
      assert.equal(JSON.stringify(said), same, 'as of a run that never was');
    }
    await listed(gateway, '/runs', 1, 'all');
    await listed(gateway, '/runs', 1, `own ${org}`);
    await listed(gateway, '/runs', 0, 'other elsewhere');
    await listed(gateway, `/runs?org=${org}`, 0, 'other elsewhere');
    const refused = problemOf(await gateway.send('POST', '/aggregate', { body, ...as('other elsewhere') }));
    assert.deepEqual([refused.status, refused.kind], [403, 'Forbidden']);
    await product.client.run(started.workflowId).cancel();
    await product.client
      .run(started.workflowId)
      .result()
      .catch(() => undefined);
    await product.stop();
  });

  test('nobody comes in without a key, or with one that does not allow it', async (t) => {
    const product = await suite.product({ worker: false });
    const gateway = await startGateway(t, product, { authenticate: byWord });
    const nobody = await gateway.send('GET', '/runs');
    assert.deepEqual([problemOf(nobody).status, nobody.headers.get('www-authenticate')], [401, 'Bearer']);
    const headers = { authorization: 'Bearer reader' };
    assert.equal((await gateway.send('GET', '/runs', { headers })).status, 200);
    for (const [method, path, scope] of [
      ['POST', '/aggregate', 'runs:start'],
      ['POST', '/runs/a/cancel', 'runs:control'],
      ['GET', '/runs/a/rows', 'rows:read'],
      ['GET', '/audit', 'audit:read'],
    ] as const) {
      const refused = await gateway.send(method, path, { headers });
      assert.equal(problemOf(refused).status, 403, path);
      assert.match(refused.headers.get('www-authenticate') ?? '', new RegExp(`scope="${scope}"`));
    }
    await product.stop();
  });

  test('a method that a resource does not know is a 405 that names those it does; other addresses are a 404', async (t) => {
    const product = await suite.product({ worker: false });
    const gateway = await startGateway(t, product);
    const wrong = [
      ['GET', '/aggregate', 'POST'],
      ['PUT', '/runs', 'GET, HEAD'],
      ['DELETE', '/runs/a%2Fb?x=1', 'GET, HEAD'],
      ['DELETE', '/runs/a/events', 'GET'],
      ['GET', '/runs/a/cancel', 'POST'],
      ['OPTIONS', '/livez', 'GET, HEAD'],
    ] as const;
    for (const [method, path, allow] of wrong) {
      const answer = await gateway.send(method, path, method === 'PUT' ? { body: 'no JSON' } : {});
      assert.deepEqual([problemOf(answer).status, answer.headers.get('allow')], [405, allow], `${method} ${path}`);
    }
    for (const path of ['/runs/a/b', '/runs/a/rows/b', '/AGGREGATE', '/openapi']) {
      assert.equal(problemOf(await gateway.send('GET', path)).status, 404, path);
    }
    assert.equal(problemOf(await gateway.send('GET', '/runs/%ZZ')).status, 400);
    assert.equal(problemOf(await gateway.send('GET', `/runs/${'x'.repeat(4_000)}`)).status, 414);
    await product.stop();
  });

  test('HEAD is answered as GET, without its content', async (t) => {
    const product = await suite.product({ worker: false });
    const gateway = await startGateway(t, product, { authenticate: byWord });
    for (const [path, status] of [
      ['/livez', 200],
      ['/runs', 200],
      ['/audit', 200],
      ['/runs/a', 404],
    ] as const) {
      const headers = { authorization: 'Bearer all' };
      const [got, head] = [await gateway.send('GET', path, { headers }), await gateway.send('HEAD', path, { headers })];
      assert.deepEqual([head.status, head.text, got.status], [status, '', status], path);
      for (const name of ['content-type', 'content-length', 'cache-control', 'x-content-type-options']) {
        assert.equal(head.headers.get(name), got.headers.get(name), `${name} of ${path}`);
      }
      assert.equal(head.headers.get('cache-control'), 'no-store');
    }
    assert.equal((await gateway.send('HEAD', '/runs')).status, 401);
    await product.stop();
  });

  test('a run that ends while it is being told something has ended, and is not unknown', async (t) => {
    const product = await suite.product();
    const run = await product.client.start(product.request());
    await run.result();
    const late: JourneyMetricsClient = {
      ...product.client,
      run: (...ids) => {
        const handle = product.client.run(...ids);
        return { ...handle, summary: async () => ({ ...(await handle.summary()), state: 'running' }) };
      },
    };
    const gateway = await startGateway(t, product, { client: late });
    // To cancel what has ended is nothing to Temporal.
    const problem = problemOf(await gateway.send('POST', `/runs/${run.workflowId}/poll-now`));
    assert.deepEqual([problem.status, problem.kind], [409, 'RunHasEnded']);
    await product.stop();
  });

  test('what is no run of ours is no run', async (t) => {
    const product = await suite.product();
    const gateway = await startGateway(t, product);
    const { taskQueue } = { taskQueue: product.env['TASK_QUEUE'] ?? '' };
    const { workflowId } = await product.temporal.workflow.start('somebodyElses', {
      taskQueue: `${taskQueue}-other`,
      workflowId: `other-${taskQueue}`,
    });
    assert.equal(problemOf(await gateway.send('POST', `/runs/${workflowId}/cancel`)).status, 404);
    await product.temporal.workflow.getHandle(workflowId).terminate();
    await product.stop();
  });

  test('a result is shown as the client has it', async (t) => {
    const product = await suite.product();
    const gateway = await startGateway(t, product);
    const run = await product.client.start(product.request());
    const result: AggregateResult = await run.result();
    const shown = (await gateway.send('GET', `/runs/${run.workflowId}`)).json;
    assert.deepEqual(shown, { ...(await run.summary()), result });
    await product.stop();
  });
});
