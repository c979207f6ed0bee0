import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { after, suite, test } from 'node:test';
import { StackError } from '../../../stack/errors.js';
import { choosePort, isPortFree } from '../../../stack/home/ports.js';
import { onFreePorts, type Ports } from '../../../stack/home/remembered-ports.js';

suite('ports', () => {
  const servers: Server[] = [];
  after(() => {
    for (const server of servers) server.close();
  });

  async function listenOn(host: string): Promise<number> {
    const server = createServer().listen(0, host);
    servers.push(server);
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    return address.port;
  }

  for (const host of ['127.0.0.1', '0.0.0.0']) {
    test(`one that somebody has on ${host} is busy`, async () => {
      assert.equal(await isPortFree(await listenOn(host)), false);
    });
  }

  test('the first free one of the wished-for is chosen, and any free one when none of them is', async () => {
    const busy = await listenOn('127.0.0.1');
    const free = await choosePort([]);
    assert.equal(await choosePort([undefined, busy, free]), free);
    assert.notEqual(await choosePort([busy]), busy);
  });

  test('a start moves to free ones when somebody was quicker, and only then', async () => {
    const first: Ports = { temporal: 1, ui: 2, postgres: 3 };
    const tried: Ports[] = [];
    const result = await onFreePorts(first, (ports) => {
      tried.push(ports);
      return tried.length === 1 ? Promise.reject(new StackError('port-busy', 'taken')) : Promise.resolve('up');
    });
    assert.equal(result, 'up');
    assert.equal(tried.length, 2);
    assert.equal(tried[0], first);
    assert.ok(Object.values(tried[1] ?? {}).every((port) => port > 1_023));
    const failed = onFreePorts(first, () => Promise.reject(new StackError('server-failed', 'broken')));
    await assert.rejects(failed, { kind: 'server-failed' });
  });
});
