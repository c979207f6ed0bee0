import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type KeptServer, keepUp } from '../../../stack/servers/kept-server.js';

/** A server that ends when the test says so. */
class FakeServer {
  readonly exited: Promise<string>;
  stopped = false;
  end: (how: string) => void = () => undefined;

  constructor() {
    this.exited = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  stop(): Promise<void> {
    this.stopped = true;
    this.end('exit code 0');
    return Promise.resolve();
  }
}

/** Keeps fakes up; `started` are all of them so far, `failures` what the keeping ended with. */
async function keepFakes(
  start?: () => Promise<FakeServer>,
  deathsAtMost?: number,
): Promise<{ kept: KeptServer; started: FakeServer[]; failures: unknown[] }> {
  const started: FakeServer[] = [];
  const failures: unknown[] = [];
  const on = {
    up: (server: FakeServer) => started.push(server),
    givenUp: (error: unknown) => failures.push(error),
  };
  const kept = await keepUp('The fake', start ?? (() => Promise.resolve(new FakeServer())), on, deathsAtMost);
  return { kept, started, failures };
}

suite('a server that is kept up', () => {
  test('is started again when it ends', async () => {
    const { kept, started, failures } = await keepFakes();
    started[0]?.end('signal SIGKILL');
    await turn();
    assert.equal(started.length, 2);
    await kept.stop();
    assert.deepEqual(failures, []);
    assert.deepEqual(
      started.map(({ stopped }) => stopped),
      [false, true],
    );
  });

  test('is not started again when it was stopped', async () => {
    const { kept, started } = await keepFakes();
    await kept.stop();
    await turn();
    assert.equal(started.length, 1);
  });

  test('is given up when it has ended six times in a row, with how it ended', async () => {
    const { started, failures } = await keepFakes();
    for (let deaths = 1; deaths <= 6; deaths += 1) {
      assert.equal(started.length, deaths);
      assert.deepEqual(failures, []);
      started.at(-1)?.end('exit code 3');
      await turn();
    }
    assert.equal(started.length, 6);
    assert.match(String(failures), /The fake ended 6 times within a minute, the last time with exit code 3/);
  });

  test('is started again as often as it was told to', async () => {
    const { started, failures } = await keepFakes(undefined, 7);
    for (let deaths = 1; deaths <= 8; deaths += 1) {
      assert.equal(started.length, deaths);
      started.at(-1)?.end('signal SIGKILL');
      await turn();
    }
    assert.equal(started.length, 8);
    assert.match(String(failures), /The fake ended 8 times within a minute/);
  });

  test('is given up when it cannot be started again', async () => {
    const starts = [Promise.resolve(new FakeServer()), Promise.reject(new Error('no disk'))];
    starts[1]?.catch(() => undefined);
    const { started, failures } = await keepFakes(() => starts.shift() ?? Promise.reject(new Error('one too many')));
    started[0]?.end('exit code 1');
    await turn();
    assert.match(String(failures), /no disk/);
  });

  test('is stopped also when that comes in the middle of a new start', async () => {
    const second = new FakeServer();
    let finishStart: (server: FakeServer) => void = () => undefined;
    const starts = [
      Promise.resolve(new FakeServer()),
      new Promise<FakeServer>((resolve) => {
        finishStart = resolve;
      }),
    ];
    const { kept, started } = await keepFakes(() => starts.shift() ?? Promise.reject(new Error('one too many')));
    started[0]?.end('signal SIGKILL');
    await turn();
    const stopping = kept.stop();
    finishStart(second);
    await stopping;
    assert.ok(second.stopped);
  });
});
