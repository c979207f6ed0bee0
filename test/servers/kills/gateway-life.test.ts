import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createJourneyMetricsClient, type AggregateResult } from '../../../src/client.js';
import { startedIn, send, startGateway, watchCalls } from '../../support/gateway/gateway.js';
import { spawnGateway } from '../../support/gateway/gateway-process.js';
import { PATIENCE_MS, requestBytes } from '../../support/gateway/gateway-under-attack.js';
import { rawConnection, rawExchange, statusesIn, type RawConnection } from '../../support/gateway/raw-http.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const WAITS = 200;

describe('the life of a gateway', { concurrency: 2 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  async function cancelAll({ client }: Product): Promise<void> {
    for (const { workflowId } of await client.list()) {
      await client.run(workflowId).cancel();
      await client
        .run(workflowId)
        .result()
        .catch(() => undefined);
    }
  }

  test(`${WAITS} clients that wait and go away leave nothing behind, and the run goes on`, async (t) => {
    const product = await suite.product({ simulator: { cxone: { run: { ms: 600_000 } } } });
    const client = createJourneyMetricsClient({
      connection: { address: product.env['TEMPORAL_ADDRESS'] ?? '' },
      taskQueue: product.env['TASK_QUEUE'] ?? '',
      org: product.env['CXONE_ORG_ID'] ?? '',
    });
    t.after(() => client.close());
    const calls = watchCalls(client);
    const gateway = await startGateway(t, product, { client: calls.client });
    const leave = new AbortController();
    const call = { body: product.request(), headers: { prefer: 'wait=60' }, signal: leave.signal };
    const waiting = Array.from({ length: WAITS }, () => gateway.send('POST', '/aggregate', call).catch(() => 'gone'));
    await until(
      'all of them to wait',
      () => calls.waits(),
      (waits) => waits === WAITS,
    );
    const health = await gateway.send('GET', '/readyz');
    assert.equal(health.status, 200, 'meanwhile others are served');
    leave.abort();
    assert.deepEqual(new Set(await Promise.all(waiting)), new Set(['gone']));
    await until(
      'nobody to wait, long before the waits would be over',
      () => calls.waits(),
      (waits) => waits === 0,
      20_000,
    );
    const [run] = await product.client.list();
    assert.equal(run?.state, 'running');
    const next = gateway.send('POST', '/aggregate', {
      ...call,
      headers: { prefer: 'wait=1' },
      signal: AbortSignal.any([]),
    });
    assert.equal(startedIn(await next).workflowId, run.workflowId, 'its places are free again');
    await cancelAll(product);
    await product.stop();
  });

  test('a gateway that is killed while clients wait loses nothing: the next one has the same run', async (t) => {
    const product = await suite.product({ simulator: { cxone: { run: { ms: 5_000 } } } });
    const first = await spawnGateway(t, product);
    const call = { body: product.request(), headers: { prefer: 'wait=60', 'idempotency-key': 'once' } };
    const broken = send(first.url, 'POST', '/aggregate', call).then(
      () => 'answered',
      () => 'broken off',
    );
    await until(
      'the run to be there',
      () => product.client.list(),
      ({ length }) => length === 1,
    );
    process.kill(first.pid, 'SIGKILL');
    assert.equal(await broken, 'broken off');
    const second = await spawnGateway(t, product, first.port);
    const answer = await send(second.url, 'POST', '/aggregate', call);
    assert.equal(answer.status, 200, answer.text);
    const { result } = answer.json as { result: AggregateResult };
    assert.equal(result.outcome, 'completed');
    const runs = await product.client.list();
    assert.deepEqual(
      runs.map(({ runId }) => runId),
      [result.runId],
    );
    await product.stop();
  });

  test('as it stops, a connection ends with its answer, however long it might be kept otherwise', async (t) => {
    const product = await suite.product({ worker: false });
    const calls = watchCalls(product.client);
    const gateway = await startGateway(t, product, { client: calls.client, serverLimits: { keepAliveMs: 60_000 } });
    const { workflowId } = await product.client.start(product.request());
    const body = JSON.stringify(product.request());
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length), prefer: 'wait=60' };
    const connect = async (bytes: string): Promise<RawConnection> => {
      const connection = await rawConnection(Number(new URL(gateway.url).port));
      connection.send(bytes);
      return connection;
    };
    const stream = await connect(requestBytes(`GET /runs/${workflowId}/events`));
    const wait = await connect(requestBytes('POST /aggregate', headers, body));
    await until(
      'both to be served',
      () => calls.waits(),
      (waits) => waits === 2,
    );
    const stopped = gateway.app.close();
    assert.deepEqual(statusesIn(await stream.closed(PATIENCE_MS)), [200]);
    assert.match(await wait.closed(PATIENCE_MS), /^HTTP\/1\.1 202 [^]*\r\nconnection: close\r\n/);
    await stopped;
  });

  test('connections beyond its limit are closed, and those before stay', async (t) => {
    const product = await suite.product({ worker: false });
    const { url } = await startGateway(t, product, { serverLimits: { connections: 2 } });
    const port = Number(new URL(url).port);
    const [one, two] = [await rawConnection(port), await rawConnection(port)];
    assert.equal(await rawExchange(port, requestBytes('GET /livez'), PATIENCE_MS), '');
    for (const { send: say, closed } of [one, two]) {
      say(requestBytes('GET /livez', { connection: 'close' }));
      assert.deepEqual(statusesIn(await closed(PATIENCE_MS)), [200]);
    }
  });

  test('told to stop, it answers who waits, ends the streams, and goes', async (t) => {
    const product = await suite.product({ simulator: { cxone: { run: { ms: 600_000 } } } });
    const gateway = await spawnGateway(t, product);
    const waiting = send(gateway.url, 'POST', '/aggregate', {
      body: product.request(),
      headers: { prefer: 'wait=60' },
    });
    const [run] = await until(
      'the run to be there',
      () => product.client.list(),
      ({ length }) => length === 1,
    );
    const stream = send(gateway.url, 'GET', `/runs/${run?.workflowId ?? ''}/events`);
    await until(
      'both to be under way',
      async () => (await send(gateway.url, 'GET', '/readyz')).status,
      (is) => is === 200,
    );
    process.kill(gateway.pid, 'SIGTERM');
    assert.equal(startedIn(await waiting).workflowId, run?.workflowId, 'the run goes on');
    const { text } = await stream;
    assert.ok(!text.includes('event: end'), 'which a stream that ends with its gateway does not say');
    assert.equal(await gateway.exited, 0, gateway.said());
    assert.equal((await product.client.run(run?.workflowId ?? '').summary()).state, 'running');
    await cancelAll(product);
    await product.stop();
  });
});
