import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { StackError } from '../../../stack/errors.js';
import { choosePort, isPortFree, requireLoopback } from '../../../stack/home/ports.js';
import { choosePorts, onFreePorts, rememberPorts, type Ports } from '../../../stack/home/remembered-ports.js';

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

  test('a machine without a loopback interface is said to have none, instead of a start that times out', (t) => {
    const ports = JSON.stringify(new URL('../../../stack/home/ports.ts', import.meta.url).href);
    const script = `import(${ports}).then((m) => m.requireLoopback()).catch((e) => console.log(e.kind, e.message))`;
    const node = [process.execPath, '--import', 'tsx', '-e', script];
    const { status, stdout } = spawnSync('unshare', ['--map-root-user', '--net', ...node], { encoding: 'utf8' });
    if (status !== 0) {
      t.skip('no network namespaces here');
      return;
    }
    assert.match(stdout, /^unsupported Programs on this machine cannot reach each other on 127\.0\.0\.1 \(E[A-Z]+\)/);
  });

  test('a machine with one is fine', () => requireLoopback());

  test('a start that had to leave the usual ports goes back to them once they are free', async (t) => {
    const home = await mkdtemp(join(tmpdir(), 'stack-ports-'));
    t.after(() => rm(home, { recursive: true }));
    const path = join(home, 'ports.json');
    const free = async (): Promise<Ports> => {
      const [temporal, ui, postgres] = await Promise.all([choosePort([]), choosePort([]), choosePort([])]);
      return { temporal, ui, postgres };
    };
    const usual = { ...(await free()), temporal: await listenOn('127.0.0.1') };
    const moved = await choosePorts(path, usual);
    assert.notEqual(moved.temporal, usual.temporal);
    await rememberPorts(path, moved);
    assert.equal((await choosePorts(path, usual)).temporal, moved.temporal);
    const since = await free();
    assert.deepEqual(await choosePorts(path, since), since);
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
