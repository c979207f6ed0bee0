import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { listenAddress } from '../../../src/config/kinds.js';
import { startProbes, type Probed } from '../../../src/worker/probes.js';

const up = (): Promise<void> => Promise.resolve();
const LOOPBACK = { host: '127.0.0.1', port: 0 };

async function probes(t: TestContext, over: Partial<Probed> = {}) {
  let atMs = 0;
  const probed: Probed = { polling: () => 'polling', looks: { database: up, store: up }, now: () => atMs, ...over };
  const server = await startProbes(LOOPBACK, probed);
  const { url } = server;
  t.after(() => server.close());
  return {
    url,
    later: (ms: number): void => void (atMs += ms),
    ask: async (path: string): Promise<[number, unknown]> => {
      const answer = await fetch(url + path);
      return [answer.status, await answer.json()];
    },
  };
}

suite('the probes of a worker', () => {
  test('say alive and ready while it polls and reaches what it needs', async (t) => {
    const { ask } = await probes(t);
    assert.deepEqual(await ask('/livez'), [200, { status: 'alive' }]);
    assert.deepEqual(await ask('/readyz'), [200, { status: 'ready', database: 'up', store: 'up' }]);
    assert.deepEqual(await ask('/'), [404, { status: 'not found' }]);
  });

  test('name what does not answer, also what never does', async (t) => {
    const away = await probes(t, { looks: { database: () => Promise.reject(new Error('away')), store: up } });
    assert.deepEqual(await away.ask('/readyz'), [
      503,
      { status: 'unready', database: 'down', store: 'up', reason: 'Postgres does not answer' },
    ]);
    assert.deepEqual(
      await away.ask('/livez'),
      [200, { status: 'alive' }],
      'a restart of the worker brings no database back',
    );
    const silent = await probes(t, { looks: { database: up, store: () => new Promise<never>(() => undefined) } });
    assert.deepEqual(await silent.ask('/readyz'), [
      503,
      { status: 'unready', database: 'up', store: 'down', reason: 'the dataset store does not answer' },
    ]);
  });

  test('draining is alive and not ready; pollers that have died are neither', async (t) => {
    const draining = await probes(t, { polling: () => 'draining' });
    assert.deepEqual(await draining.ask('/readyz'), [
      503,
      {
        ...{ status: 'draining', database: 'up', store: 'up' },
        reason: 'it was told to stop, and takes nothing new',
      },
    ]);
    assert.equal((await draining.ask('/livez'))[0], 200);
    const failed = await probes(t, { polling: () => 'failed' });
    assert.deepEqual(await failed.ask('/livez'), [503, { status: 'failed' }]);
    assert.equal((await failed.ask('/readyz'))[0], 503);
  });

  test('look at most once in two seconds, however often they are asked', async (t) => {
    let looked = 0;
    const database = (): Promise<void> => {
      looked += 1;
      return up();
    };
    const { ask, later } = await probes(t, { looks: { database, store: up } });
    await Promise.all([ask('/readyz'), ask('/readyz'), ask('/readyz')]);
    assert.equal(looked, 1);
    later(2_000);
    await ask('/readyz');
    assert.equal(looked, 2);
  });

  test('refuse an address that is taken, by the name of its variable', async (t) => {
    const { url } = await probes(t);
    const port = Number(new URL(url).port);
    const probed: Probed = { polling: () => 'polling', looks: { database: up, store: up }, now: Date.now };
    await assert.rejects(startProbes({ host: '127.0.0.1', port }, probed), /HEALTH_ADDRESS cannot be listened on/);
  });

  test('an address is a host and a port, or a port alone', () => {
    assert.deepEqual(listenAddress.parse('0.0.0.0:9464'), { host: '0.0.0.0', port: 9464 });
    assert.deepEqual(listenAddress.parse('[::]:80'), { host: '::', port: 80 });
    assert.deepEqual(listenAddress.parse('9090'), { host: '127.0.0.1', port: 9090 });
    for (const wrong of ['', 'host', ':80', 'a b:80', 'host:70000', 'http://host:80', '::1:80'])
      assert.throws(() => listenAddress.parse(wrong), /must be an address like/, wrong);
  });
});
