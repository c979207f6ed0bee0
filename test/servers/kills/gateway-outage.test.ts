import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { createJourneyMetricsClient } from '../../../src/client.js';
import { boundedConnection } from '../../../src/gateway/http/temporal-calls.js';
import { RecordsError } from '../../../src/records/postgres/errors.js';
import { startFront } from '../../support/sources/front.js';
import {
  problemOf,
  startedIn,
  startGateway,
  watchCalls,
  type Answer,
  type RunningGateway,
} from '../../support/gateway/gateway.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

describe('a gateway without what it needs', { concurrency: 3 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  async function allUnavailable(gateway: RunningGateway, product: Product): Promise<void> {
    const body = product.request();
    for (const [method, path, call] of [
      ['POST', '/aggregate', { body }],
      ['POST', '/aggregate', { body, headers: { prefer: 'wait=30' } }],
      ['POST', '/aggregate', { body, headers: { 'idempotency-key': 'again' } }],
      ['GET', '/runs', {}],
      ['GET', '/runs/a', {}],
      ['GET', '/runs/a/events', {}],
      ['GET', '/runs/a/rows', {}],
      ['POST', '/runs/a/cancel', {}],
      ['POST', '/runs/a/redeliver', {}],
    ] as const) {
      const answer = await gateway.send(method, path, call);
      assert.deepEqual([problemOf(answer).status, problemOf(answer).kind], [503, 'TemporalUnavailable'], path);
      assert.ok(Number(answer.headers.get('retry-after')) > 0);
    }
    const unready = await gateway.send('GET', '/readyz');
    assert.deepEqual(
      [unready.status, unready.json],
      [503, { status: 'unready', temporal: 'down', database: 'up', reason: 'Temporal does not answer' }],
    );
    assert.equal((await gateway.send('GET', '/livez')).status, 200);
  }

  const isFound = ({ status }: Answer): boolean => status !== 503;

  test('says 503 while Temporal refuses connections, and goes on when it is back', async (t) => {
    const product = await suite.product();
    const front = await startFront(new URL(`http://${product.env['TEMPORAL_ADDRESS'] ?? ''}`));
    t.after(() => front.stop());
    const gateway = await startGateway(t, product, { temporalAddress: `127.0.0.1:${front.port}` });
    const call = { body: product.request(), headers: { prefer: 'wait=60' } };
    const before = await gateway.send('POST', '/aggregate', call);
    assert.equal(before.status, 200);
    await front.refuse();
    await allUnavailable(gateway, product);
    await front.open();
    const again = await until('Temporal to be found again', () => gateway.send('POST', '/aggregate', call), isFound);
    const stored = { ...(before.json as object), stored: true };
    assert.deepEqual([again.status, again.json], [200, stored]);
    await product.stop();
  });

  test('says 503 also when Temporal takes connections and says nothing', async (t) => {
    const product = await suite.product({ worker: false });
    const taken: Socket[] = [];
    const silent = createServer((socket) => taken.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    t.after(() => {
      silent.close();
      for (const socket of taken) socket.destroy();
    });
    const address = silent.address();
    assert.ok(typeof address === 'object' && address !== null);
    const gateway = await startGateway(t, product, { temporalAddress: `127.0.0.1:${address.port}` });
    assert.equal(problemOf(await gateway.send('GET', '/runs')).kind, 'TemporalUnavailable');
    await product.stop();
  });

  test('a wait outlasts an outage of Temporal', async (t) => {
    const product = await suite.product({ simulator: { cxone: { run: { ms: 4_000 } } } });
    const front = await startFront(new URL(`http://${product.env['TEMPORAL_ADDRESS'] ?? ''}`));
    t.after(() => front.stop());
    const client = createJourneyMetricsClient({
      connection: boundedConnection({ address: `127.0.0.1:${front.port}` }, Date.now),
      taskQueue: product.env['TASK_QUEUE'] ?? '',
    });
    t.after(() => client.close());
    const calls = watchCalls(client);
    const gateway = await startGateway(t, product, { client: calls.client });
    const { workflowId } = startedIn(await gateway.send('POST', '/aggregate', { body: product.request() }));
    const waiting = gateway.send('POST', '/aggregate', { body: product.request(), headers: { prefer: 'wait=60' } });
    await until(
      'the wait to begin',
      () => calls.waits(),
      (waits) => waits === 1,
    );
    await front.refuse();
    await product.client.run(workflowId).result();
    await front.open();
    const answer = await waiting;
    assert.equal(answer.status, 200, answer.text);
    await product.stop();
  });

  test('says 503 without Postgres where it needs that, and starts runs where it does not', async (t) => {
    const product = await suite.product();
    const away = (): Promise<never> => {
      const message = 'Postgres at db:5432/journeys refuses connections while claiming: start it';
      return Promise.reject(new RecordsError('RecordsUnavailable', message, { code: 'refused' }));
    };
    const gateway = await startGateway(t, product, {
      idempotencyKeys: { claim: away, settle: away },
      audit: { list: away },
      health: { temporal: () => Promise.resolve(), database: away },
    });
    const body = product.request();
    const keyed = await gateway.send('POST', '/aggregate', { body, headers: { 'idempotency-key': 'a' } });
    assert.deepEqual([problemOf(keyed).status, problemOf(keyed).kind], [503, 'RecordsUnavailable']);
    assert.doesNotMatch(keyed.text, /db:5432/, 'nobody outside needs to know where it is');
    assert.equal(problemOf(await gateway.send('GET', '/audit')).status, 503);
    assert.deepEqual((await gateway.send('GET', '/readyz')).json, {
      status: 'unready',
      temporal: 'up',
      database: 'down',
      reason: 'Postgres does not answer',
    });
    const { workflowId } = startedIn(await gateway.send('POST', '/aggregate', { body }));
    await product.client.run(workflowId).result();
    await product.stop();
  });
});
