import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { choosePort } from '../../../stack/home/ports.js';
import { startGatewayNear, type GatewayPlace } from '../../../stack/product/gateway-process.js';
import { WorkerFailed, type WorkerProcess } from '../../../stack/product/worker-process.js';

const gateway: WorkerProcess = { pid: 1, exited: new Promise(() => undefined), stop: () => Promise.resolve() };
const options = { env: {}, onLog: () => undefined, onError: () => undefined };

test('a gateway whose port somebody takes meanwhile starts on another one, and says so', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  let said = '';
  const tried: number[] = [];
  const started = await startGatewayNear(
    { ...options, onError: (text) => (said += text) },
    { port, url: `http://127.0.0.1:${port}` },
    (_, place: GatewayPlace) => {
      tried.push(place.port);
      return tried.length === 1 ? Promise.reject(new WorkerFailed(2, 'gateway', '')) : Promise.resolve(gateway);
    },
  );
  assert.equal(tried[0], port);
  assert.notEqual(started.place.port, port);
  assert.equal(started.place.port, tried[1]);
  assert.match(said, new RegExp(`port ${started.place.port}`));
});

test('a gateway that ends for another reason is not tried elsewhere, and is named', async () => {
  const port = await choosePort([]);
  let tries = 0;
  const start = (): Promise<WorkerProcess> => {
    tries += 1;
    return Promise.reject(new WorkerFailed(2, 'gateway', ''));
  };
  const place = { port, url: `http://127.0.0.1:${port}` };
  await assert.rejects(
    startGatewayNear(options, place, start),
    /^WorkerFailed: the gateway refuses its configuration$/,
  );
  assert.equal(tries, 1);
});
