import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AggregateResult } from '../../../src/client.js';
import { problemOf, startedIn, startGateway } from '../../support/gateway/gateway.js';
import { startSuite, type Suite } from '../../support/product.js';

describe('POST /aggregate', { concurrency: 4 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  test('starts a run and says where it is; the same request again is the same run, also in the flat form', async (t) => {
    const product = await suite.product();
    const gateway = await startGateway(t, product);
    const request = product.request();
    const first = await gateway.send('POST', '/aggregate', { body: request });
    const { workflowId, runId } = startedIn(first);
    assert.equal(first.headers.get('location'), `/runs/${workflowId}`);
    const result = await product.client.run(workflowId).result();
    assert.deepEqual([result.outcome, result.runId], ['completed', runId]);
    const flat = await gateway.send('POST', '/aggregate', { body: request.query });
    assert.deepEqual(startedIn(flat), { workflowId, runId });
    const [entry] = await product.records.auditLog.list({ limit: 1 }, new AbortController().signal);
    assert.equal(entry?.requester, 'dev', 'the audit trail names the key');
    await product.stop();
  });

  test('answers as the seed did when the run ends within the wait, with the whole result', async (t) => {
    const product = await suite.product();
    const gateway = await startGateway(t, product);
    const answer = await gateway.send('POST', '/aggregate', {
      body: product.request(),
      headers: { prefer: 'respond-async, wait=60' },
    });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers.get('preference-applied'), 'wait=60');
    const body = answer.json as { status: string; latency: number; rows: number; result: AggregateResult };
    const result = await product.client.run(body.result.workflowId).result();
    assert.deepEqual(body, {
      status: 'success',
      latency: result.latencyMs,
      rows: result.rows.delivered,
      stored: false,
      result,
    });
    await product.stop();
  });

  test('answers 202 when the wait is over before the run is, and the run goes on', async (t) => {
    const product = await suite.product({ simulator: { cxone: { run: { ms: 3_000 } } } });
    const gateway = await startGateway(t, product);
    const answer = await gateway.send('POST', '/aggregate', { body: product.request(), headers: { prefer: 'wait=1' } });
    const { workflowId } = startedIn(answer);
    assert.equal(answer.headers.get('preference-applied'), 'wait=1');
    assert.equal((await product.client.run(workflowId).result()).outcome, 'completed');
    await product.stop();
  });

  test('lists every problem of a request by its path, and starts nothing', async (t) => {
    const product = await suite.product({ worker: false });
    const gateway = await startGateway(t, product);
    const body = {
      query: { metric: [], dateFrom: '2026-11-01', limit: 0 },
      processing: { outliers: 'maybe' },
      oops: 1,
    };
    const problem = problemOf(await gateway.send('POST', '/aggregate', { body }));
    assert.deepEqual([problem.status, problem.kind], [400, 'InvalidRequest']);
    const paths = problem.problems?.map(({ path }) => path);
    assert.deepEqual(paths?.toSorted(), ['', 'processing.outliers', 'query.limit', 'query.metric']);
    assert.deepEqual(await product.client.list(), []);
    await product.stop();
  });

  const unreadable: Readonly<Record<string, readonly [body: string, headers: Record<string, string>, status: number]>> =
    {
      'half a document': ['{"metric":', {}, 400],
      'no body at all': ['', {}, 400],
      'another type than JSON': ['metric=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
      'plain text': ['{}', { 'content-type': 'text/plain' }, 415],
      'more than 64 KiB': [JSON.stringify({ metric: ['x'.repeat(65_536)] }), {}, 413],
      'more than 8 KiB of request': [JSON.stringify({ metric: ['x'.repeat(9_000)] }), {}, 400],
      'a prototype': ['{"__proto__": {"metric": ["a"]}, "metric": ["b"]}', {}, 400],
      'half of a surrogate pair': ['{"metric":["a"],"filter":{"a":"\\ud800"}}', {}, 400],
      'four thousand brackets': [`{"metric":["a"],"filter":{"a":${'['.repeat(4_000)}${']'.repeat(4_000)}}}`, {}, 400],
      'an array': ['[]', {}, 400],
      null: ['null', {}, 400],
    };
  test('answers whatever it cannot read with a problem of its own status', async (t) => {
    const product = await suite.product({ worker: false });
    const gateway = await startGateway(t, product);
    for (const [what, [body, headers, status]] of Object.entries(unreadable)) {
      const answer = await gateway.send('POST', '/aggregate', { body, headers });
      assert.equal(problemOf(answer).status, status, what);
    }
    const badKey = await gateway.send('POST', '/aggregate', { body: {}, headers: { 'idempotency-key': 'a b' } });
    assert.deepEqual(
      problemOf(badKey).problems?.map(({ path }) => path),
      ['headers.idempotency-key'],
    );
    await product.stop();
  });

  test('a failure at the source is a 502 with its type, never a 500', async (t) => {
    const product = await suite.product({
      simulator: { cxone: { faults: { script: [{ on: 'poll', fault: 'failed' }] } } },
    });
    const gateway = await startGateway(t, product);
    const call = { body: product.request(), headers: { prefer: 'wait=60' } };
    const problem = problemOf(await gateway.send('POST', '/aggregate', call));
    assert.deepEqual([problem.status, problem.kind, problem.failure?.type], [502, 'RunFailed', 'QueryFailed']);
    const shown = await gateway.send('GET', `/runs/${problem.workflowId ?? ''}`);
    assert.equal(shown.status, 200);
    const { state, outcome, error } = shown.json as { state: string; outcome: string; error: { type: string } };
    assert.deepEqual([state, outcome, error.type], ['failed', 'failed', 'QueryFailed']);
    await product.stop();
  });

  test('what the worker finds wrong with a request is a 400, too', async (t) => {
    const product = await suite.product();
    const gateway = await startGateway(t, product);
    const body = { metric: ['journeyStartd'], dateFrom: '2026-11-01', dateTo: '2026-11-02' };
    const problem = problemOf(await gateway.send('POST', '/aggregate', { body, headers: { prefer: 'wait=60' } }));
    assert.equal(problem.status, 400);
    assert.match(problem.detail, /query\.metric\.0: .*did you mean "journeyStarted"/);
    const [entry] = await product.records.auditLog.list({ limit: 1 }, new AbortController().signal);
    assert.deepEqual([entry?.requester, entry?.status, entry?.failureType], ['dev', 'failed', 'InvalidRequest']);
    await product.stop();
  });

  test('a payload that the receiver does not take is no success', async (t) => {
    const product = await suite.product({
      simulator: { receiver: { faults: { script: [{ on: 'webhook', fault: '410' }] } } },
    });
    const gateway = await startGateway(t, product);
    const call = { body: product.request(), headers: { prefer: 'wait=60' } };
    const problem = problemOf(await gateway.send('POST', '/aggregate', call));
    assert.deepEqual([problem.status, problem.kind], [502, 'Undelivered']);
    const redelivery = startedIn(await gateway.send('POST', `/runs/${problem.workflowId ?? ''}/redeliver`));
    assert.equal((await product.client.run(redelivery.workflowId).result()).outcome, 'completed');
    const shown = (await gateway.send('GET', `/runs/${redelivery.workflowId}`)).json as { org: string };
    assert.equal(shown.org, product.env['CXONE_ORG_ID']);
    await product.stop();
  });
});
