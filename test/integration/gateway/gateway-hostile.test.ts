import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  PATIENCE_MS,
  problemIn,
  requestBytes,
  TIMES,
  underAttack,
} from '../../support/gateway/gateway-under-attack.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { rawConnection, statusesIn } from '../../support/gateway/raw-http.js';

const KIB = 1_024;
let stack: Suite;
let product: Product;
before(async () => {
  stack = await startSuite();
  // Runs that are started stay where they are.
  product = await stack.product({ worker: false });
});
after(() => stack.stop());

/** Keeps sending a little, for as long as the other side listens. */
async function drip(port: number, opening: string, piece: string): Promise<string> {
  const connection = await rawConnection(port);
  connection.send(opening);
  const dripping = setInterval(() => {
    connection.send(piece);
  }, TIMES.checkMs);
  try {
    return await connection.closed(PATIENCE_MS);
  } finally {
    clearInterval(dripping);
  }
}

suite('a client that takes its time', () => {
  test('is cut off before its headers are whole, and others are answered meanwhile', (t) =>
    underAttack(t, product, async ({ ask, port }) => {
      const slow = Array.from({ length: 50 }, (_, index) =>
        drip(port, requestBytes('GET /livez').slice(0, -2), `x-${index}: 1\r\n`),
      );
      assert.equal((await ask('/livez')).status, 200);
      for (const received of await Promise.all(slow)) assert.deepEqual(statusesIn(received), [408]);
    }));

  test('is cut off before its body is whole', (t) =>
    underAttack(t, product, async ({ authorization, port, start }) => {
      const opening = start('', { 'content-length': '1000' });
      assert.deepEqual(statusesIn(await drip(port, `${opening}{`, ' ')), [408]);
      const chunked = requestBytes('POST /aggregate', {
        authorization,
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      });
      assert.deepEqual(statusesIn(await drip(port, chunked, '1\r\n \r\n')), [408]);
    }));

  test('is cut off when it says nothing at all, or half a line', (t) =>
    underAttack(t, product, async ({ exchange }) => {
      for (const bytes of ['', 'G', 'GET /livez', 'GET /livez HTTP/1.1\r\n']) {
        assert.ok([408, undefined].includes(statusesIn(await exchange(bytes))[0]), bytes);
      }
    }));

  test('may hang up wherever it likes', (t) =>
    underAttack(t, product, async ({ port, start }) => {
      const whole = start(JSON.stringify(product.request()), { prefer: 'wait=60' });
      for (let cut = 0; cut < whole.length; cut += 23) {
        const { socket, send } = await rawConnection(port);
        send(whole.slice(0, cut));
        if (cut % 2 === 0) socket.destroy();
        else socket.resetAndDestroy();
      }
    }));
});

suite('a request that is too large', () => {
  test('is refused by its stated length, before its body is read', (t) =>
    underAttack(t, product, async ({ problemFor, start }) => {
      await problemFor(start('', { 'content-length': String(64 * KIB + 1) }), 413);
      await problemFor(start('', { 'content-length': String(Number.MAX_SAFE_INTEGER) }), 413);
    }));

  test('is refused by what comes where no length is stated', (t) =>
    underAttack(t, product, async ({ authorization, problemFor }) => {
      const chunk = `${(4 * KIB).toString(16)}\r\n${' '.repeat(4 * KIB)}\r\n`;
      const head = requestBytes('POST /aggregate', {
        authorization,
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      });
      await problemFor(head + chunk.repeat(17), 413);
    }));

  test('is refused for what is left of it once it is read: a request has 8 KiB', (t) =>
    underAttack(t, product, async ({ problemFor, start }) => {
      const { query } = product.request();
      const body = JSON.stringify({ query: { ...query, filter: { text: 'x'.repeat(10 * KIB) } } });
      const { problems } = await problemFor(start(body), 400);
      assert.match(problems?.[0]?.message ?? '', /is larger than 8192 bytes/);
    }));

  test('is refused for its headers, its address, its parameters', (t) =>
    underAttack(t, product, async ({ authorization, exchange, problemFor }) => {
      await problemFor(requestBytes('GET /livez', { 'x-large': 'x'.repeat(20 * KIB) }), 431);
      const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`x-${index}`, 'y']));
      const [status] = statusesIn(await exchange(requestBytes('GET /livez', { connection: 'close', ...many })));
      assert.ok(status === 431 || status === 200, String(status));
      await problemFor(requestBytes(`GET /runs?limit=${'1'.repeat(20 * KIB)}`, { authorization }), 431);
      await problemFor(requestBytes(`GET /runs/${'x'.repeat(4 * KIB)}`, { authorization, connection: 'close' }), 414);
      await problemFor(requestBytes(`GET /runs/${'x'.repeat(2 * KIB)}`, { authorization, connection: 'close' }), 400);
    }));

  test('is refused for parameters that nobody asked for, that come twice or a thousand times', (t) =>
    underAttack(t, product, async ({ authorization, ask }) => {
      const many = Array.from({ length: 1_500 }, (_, index) => `p${index}=1`).join('&');
      for (const query of [
        many,
        'limit=1&limit=2',
        'limit[]=1',
        'limit[a]=1',
        '__proto__=1',
        '__proto__[limit]=1',
        'x',
      ]) {
        problemIn(await ask(`/runs?${query}`, { headers: { authorization } }), 400);
      }
    }));
});

suite('bytes that are no request', () => {
  test('end the connection, whatever they are', (t) =>
    underAttack(t, product, async ({ exchange }) => {
      const noise = [
        'garbage\r\n\r\n',
        '\r\n\r\n\r\nGARBAGE',
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        'GET /livez HTTP/9.9\r\n\r\n',
        'GET /livez\r\n\r\n',
        'GET /livez HTTP/1.1\r\n\r\n',
        'GET  /livez  HTTP/1.1\r\nhost: x\r\n\r\n',
        'GET /livez HTTP/1.1\nhost: x\n\n',
        'GET /livez HTTP/1.1\r\nhost : x\r\n\r\n',
        'GET /livez HTTP/1.1\r\nhost: x\r\n folded: y\r\n\r\n',
        'GET /livez HTTP/1.1\r\nhost: x\u0000y\r\n\r\n',
        'BREW /livez HTTP/1.1\r\nhost: x\r\n\r\n',
        'CONNECT other.example:443 HTTP/1.1\r\nhost: x\r\n\r\n',
        'GET /livez HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
        'GET /livez HTTP/1.1\r\nhost: x\r\nexpect: the impossible\r\nconnection: close\r\n\r\n',
      ];
      const bytes = [
        ...noise.map((text) => Buffer.from(text, 'latin1')),
        Buffer.from('160301020001000001fc0303', 'hex'),
      ];
      for (const each of bytes) {
        for (const status of statusesIn(await exchange(each)))
          assert.ok(status < 500, `${status} for ${each.toString('latin1')}`);
      }
    }));

  test('end the connection behind a request that was answered', (t) =>
    underAttack(t, product, async ({ exchange }) => {
      const received = await exchange(`${requestBytes('GET /livez')}GARBAGE AFTER IT\r\n\r\n`);
      // Where both came in one piece, the first may not be answered any more.
      assert.deepEqual(statusesIn(received).slice(-1), [400]);
    }));

  test('do not smuggle a second request past a proxy', (t) =>
    underAttack(t, product, async ({ authorization, exchange }) => {
      const headers = { authorization, 'content-type': 'application/json' };
      const ambiguous = [
        requestBytes(
          'POST /aggregate',
          { ...headers, 'content-length': '4', 'transfer-encoding': 'chunked' },
          '0\r\n\r\nGET /audit HTTP/1.1\r\nhost: x\r\n\r\n',
        ),
        requestBytes('POST /aggregate', { ...headers, 'transfer-encoding': 'chunked, identity' }, '0\r\n\r\n'),
        requestBytes('POST /aggregate', { ...headers, 'transfer-encoding': 'xchunked' }, '0\r\n\r\n'),
        requestBytes('POST /aggregate', { ...headers, 'content-length': '2\r\ncontent-length: 40' }, '{}'),
        requestBytes('POST /aggregate', { ...headers, 'content-length': '-1' }, '{}'),
        requestBytes('POST /aggregate', { ...headers, 'content-length': '+2' }, '{}'),
        requestBytes('POST /aggregate', { ...headers, 'content-length': '0x2' }, '{}'),
      ];
      for (const bytes of ambiguous) assert.deepEqual(statusesIn(await exchange(bytes)), [400], bytes);
    }));

  test('many requests at once on one connection are answered in their order', (t) =>
    underAttack(t, product, async ({ exchange }) => {
      const requests = ['/livez', '/absent', '/livez', '/runs'].map((path) => requestBytes(`GET ${path}`));
      const received = await exchange(`${requests.join('')}${requestBytes('GET /livez', { connection: 'close' })}`);
      assert.deepEqual(statusesIn(received), [200, 404, 200, 401, 200]);
    }));
});
