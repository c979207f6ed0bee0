import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { Client } from 'pg';
import { createJourneyMetricsClient, JourneyMetricsError, type JourneyMetricsClient } from '../../../src/client.js';
import { ANYBODY_HERE } from '../../../src/keys/principal.js';
import { startFront } from '../../support/sources/front.js';
import { spawnGateway } from '../../support/gateway/gateway-process.js';
import { problemOf, send, startedIn, startGateway, type Answer } from '../../support/gateway/gateway.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const DAY_MS = 86_400_000;

describe('an Idempotency-Key', { concurrency: 4 }, () => {
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

  test('is finished by the next gateway when one is killed between claim and start', async (t) => {
    const product = await suite.product();
    const front = await startFront(new URL(`http://${product.env['TEMPORAL_ADDRESS'] ?? ''}`));
    t.after(() => front.stop());
    const dying = await spawnGateway(t, {
      env: { ...product.env, TEMPORAL_ADDRESS: `127.0.0.1:${front.port}` },
    });
    await front.refuse();
    const call = { body: product.request(), headers: KEY };
    const broken = send(dying.url, 'POST', '/aggregate', call).then(statusOf, () => 'broken off');
    await until('the claim', () => claimsIn(product), isOne);
    process.kill(dying.pid, 'SIGKILL');
    assert.equal(await broken, 'broken off');
    await front.open();
    assert.deepEqual(await product.client.list(), []);

    const next = await startGateway(t, product);
    const started = startedIn(await next.send('POST', '/aggregate', call));
    assert.equal((await product.client.run(started.workflowId).result()).runId, started.runId);
    await product.stop();
  });

  test('keeps its run when the gateway is killed right after the start, and the run has failed since', async (t) => {
    const product = await suite.product({
      simulator: { cxone: { faults: { script: [{ on: 'poll', nth: 1, fault: 'failed' }] } } },
    });
    const release = await stickBeforeSettling(t, product);
    const dying = await spawnGateway(t, product);
    const call = { body: product.request(), headers: KEY };
    const broken = send(dying.url, 'POST', '/aggregate', call).then(statusOf, () => 'broken off');
    const [run] = await until('the run', () => product.client.list(), isOne);
    process.kill(dying.pid, 'SIGKILL');
    assert.equal(await broken, 'broken off');
    await release();
    const failed = product.client.run(run?.workflowId ?? '').result();
    await assert.rejects(failed, (error) => error instanceof JourneyMetricsError && error.type === 'QueryFailed');

    const next = await startGateway(t, product);
    const started = startedIn(await next.send('POST', '/aggregate', call));
    assert.equal(started.runId, run?.runId);
    await product.stop();
  });
});

const isOne = ({ length }: readonly unknown[]): boolean => length === 1;

function statusOf({ status }: Answer): string {
  return `answered with ${status}`;
}

async function claimsIn({ env }: Product): Promise<readonly unknown[]> {
  const database = new Client({ connectionString: env['DATABASE_URL'] });
  await database.connect();
  const { rows } = await database.query<object>('SELECT 1 FROM idempotency_keys');
  await database.end();
  return rows;
}

/** Lets nobody settle a claim in a database until it is released; who tried by then never comes to it. */
async function stickBeforeSettling(t: TestContext, { env }: Product): Promise<() => Promise<void>> {
  const database = new Client({ connectionString: env['DATABASE_URL'] });
  await database.connect();
  t.after(() => database.end());
  await database.query(`
    CREATE FUNCTION wait_for_ever() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_advisory_xact_lock(1); RAISE 'the gateway was killed before'; END $$;
    CREATE TRIGGER stuck BEFORE UPDATE ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION wait_for_ever();
    SELECT pg_advisory_lock(1)`);
  return async () => {
    await database.query('SELECT pg_advisory_unlock(1); DROP TRIGGER stuck ON idempotency_keys');
  };
}
