import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createJourneyMetricsClient, JourneyMetricsError, type JourneyMetricsClient } from '../../src/client.js';
import { ANYBODY_HERE } from '../../src/gateway/principal.js';
import { problemOf, startedIn, startGateway } from '../support/gateway.js';
import { startSuite, type Product, type Suite } from '../support/product.js';

const DAY_MS = 86_400_000;

describe('an Idempotency-Key', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  const KEY = { 'idempotency-key': 'order-7' };

  /** The product's own client, to put something else in the place of one of its methods. */
  function clientOf({ env }: Product): JourneyMetricsClient {
    return createJourneyMetricsClient({
      connection: { address: env['TEMPORAL_ADDRESS'] ?? '' },
      taskQueue: env['TASK_QUEUE'] ?? '',
      org: env['CXONE_ORG_ID'] ?? '',
    });
  }

  test('makes one run of any number of requests, and refuses another body', async (t) => {
    const product = await suite.product();
    const gateway = await startGateway(t, product);
    const body = product.request();
    const sent = Array.from({ length: 10 }, () => gateway.send('POST', '/aggregate', { body, headers: KEY }));
    const runs = new Set((await Promise.all(sent)).map((answer) => startedIn(answer).runId));
    assert.equal(runs.size, 1);
    const reordered = Object.fromEntries(Object.entries(body).toReversed());
    const same = await gateway.send('POST', '/aggregate', { body: reordered, headers: KEY });
    assert.deepEqual(new Set([startedIn(same).runId]), runs, 'the order of members says nothing');
    const other = product.request({ processing: { maxRows: 7 } });
    const refused = problemOf(await gateway.send('POST', '/aggregate', { body: other, headers: KEY }));
    assert.deepEqual([refused.status, refused.kind], [422, 'IdempotencyKeyReused']);
    await product.client.run(startedIn(same).workflowId).result();
    await product.stop();
  });

  test('belongs to who sent it', async (t) => {
    const product = await suite.product();
    const gateway = await startGateway(t, product, {
      authenticate: ({ headers }) => Promise.resolve({ ...ANYBODY_HERE, id: String(headers['x-who']) }),
    });
    const started = await Promise.all(
      ['ida', 'otto'].map((who, index) =>
        gateway.send('POST', '/aggregate', {
          body: product.request({ processing: { maxRows: 100 + index } }),
          headers: { ...KEY, 'x-who': who },
        }),
      ),
    );
    const ids = started.map((answer) => startedIn(answer).workflowId);
    assert.equal(new Set(ids).size, 2);
    await Promise.all(ids.map((id) => product.client.run(id).result()));
    await product.stop();
  });

  test('keeps the run that it was first used for, also when that failed', async (t) => {
    const product = await suite.product({
      simulator: { cxone: { faults: { script: [{ on: 'poll', nth: 1, fault: 'failed' }] } } },
    });
    const gateway = await startGateway(t, product);
    const body = product.request();
    const wait = { ...KEY, prefer: 'wait=60' };
    const failed = problemOf(await gateway.send('POST', '/aggregate', { body, headers: wait }));
    assert.equal(failed.failure?.type, 'QueryFailed');
    const again = problemOf(await gateway.send('POST', '/aggregate', { body, headers: wait }));
    assert.equal(again.failure?.type, 'QueryFailed', 'the same key is the same run');
    const anew = await gateway.send('POST', '/aggregate', { body, headers: { prefer: 'wait=60' } });
    assert.equal(anew.status, 200, 'without the key a failed run is run anew');
    const still = problemOf(await gateway.send('POST', '/aggregate', { body, headers: wait }));
    assert.equal(still.failure?.type, 'QueryFailed');
    await product.stop();
  });

  test('is finished by the next request when the gateway dies between claim and start, with the window of the first', async (t) => {
    const product = await suite.product();
    const today = Date.UTC(2026, 10, 9, 6);
    const client = clientOf(product);
    t.after(() => client.close());
    const dying = await startGateway(t, product, {
      client: { ...client, start: () => Promise.reject(new Error('the gateway dies here')) },
      now: () => today,
    });
    const body = {
      query: { metric: ['journeyCompletionRate'], dimension: ['journeyId'] },
      window: { relative: 'yesterday' },
    };
    assert.equal((await dying.send('POST', '/aggregate', { body, headers: KEY })).status, 500);
    assert.deepEqual(await product.client.list(), []);

    const next = await startGateway(t, product, { now: () => today + DAY_MS });
    const { workflowId, runId } = startedIn(await next.send('POST', '/aggregate', { body, headers: KEY }));
    assert.match(workflowId, /-20261108T0000Z-20261109T0000Z-/);
    assert.equal((await product.client.run(workflowId).result()).runId, runId);
    assert.deepEqual(startedIn(await next.send('POST', '/aggregate', { body, headers: KEY })), { workflowId, runId });
    await product.stop();
  });

  test('keeps its run when the gateway dies after the start, and the run has failed since', async (t) => {
    const product = await suite.product({
      simulator: { cxone: { faults: { script: [{ on: 'poll', nth: 1, fault: 'failed' }] } } },
    });
    const { idempotencyKeys } = product.records;
    const dying = await startGateway(t, product, {
      idempotencyKeys: { ...idempotencyKeys, settle: () => Promise.reject(new Error('the gateway dies here')) },
    });
    const body = product.request();
    assert.equal((await dying.send('POST', '/aggregate', { body, headers: KEY })).status, 500);
    const { query } = body;
    const attached = await product.client.start({ ...body, query });
    await assert.rejects(
      attached.result(),
      (error) => error instanceof JourneyMetricsError && error.type === 'QueryFailed',
    );
    const next = await startGateway(t, product);
    const started = startedIn(await next.send('POST', '/aggregate', { body, headers: KEY }));
    assert.equal(started.runId, attached.runId);
    await product.stop();
  });
});
