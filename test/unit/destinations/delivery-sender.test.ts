import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Webhook } from 'standardwebhooks';
import type { PartAnswer } from '../../../src/ports/index.js';
import type { WebhookAddress } from '../../../src/destinations/webhook/destination-url.js';
import { createWebhookDestination } from '../../../src/destinations/webhook/webhook-destination.js';
import { cutOff, listen, type Loopback, type Reply } from '../../support/gateway/loopback.js';
import { PART } from '../../support/sources/directory.js';
import { selfSigned } from '../../support/tls/self-signed.js';

const SECRETS = [24, 64].map((bytes) => `whsec_${randomBytes(bytes).toString('base64')}`);
const BODY = Buffer.from('{"timestamp":"2026-11-09T00:00:00Z","metrics":[{"x":1.10}]}');

interface Rig extends Loopback {
  readonly destination: ReturnType<typeof createWebhookDestination>;
  readonly send: (signal?: AbortSignal) => Promise<PartAnswer>;
}

async function rig(t: TestContext, answer: () => Reply, changes: Partial<WebhookAddress> = {}): Promise<Rig> {
  const server = await listen(t, answer);
  const address = { url: new URL('/hook?k=1', server.url), secrets: SECRETS, allowPrivate: true, ...changes };
  const destination = createWebhookDestination({
    address,
    limits: { maxRows: 1_000, maxBytes: 500_000 },
    ambient: { now: () => Date.now(), random: () => 0.5 },
    version: '1.2.3',
  });
  t.after(() => destination.close());
  const send = (signal = new AbortController().signal): Promise<PartAnswer> =>
    destination.deliver({ ...PART, body: BODY }, signal);
  return { ...server, destination, send };
}

describe('a webhook', () => {
  it('is posted once with its bytes and the headers of Standard Webhooks', async (t) => {
    const { send, received } = await rig(t, () => ({ status: 204 }));
    const before = Math.floor(Date.now() / 1_000);
    assert.deepEqual(await send(), { delivered: true, status: 204, reason: '204', permanent: false });
    assert.equal(received.length, 1);
    const [request] = received;
    assert.equal(`${request?.method} ${request?.path}`, 'POST /hook?k=1');
    assert.deepEqual(request?.body, BODY);
    assert.equal(request.headers['content-type'], 'application/json');
    assert.equal(request.headers['x-aggregator-version'], '1.2.3');
    assert.equal(request.headers['webhook-id'], 'msg_1');
    assert.ok(Number(request.headers['webhook-timestamp']) >= before);
  });

  it('is unsigned without a secret, and the destination says so', async (t) => {
    const unsigned = await rig(t, () => ({ status: 200 }), { secrets: [] });
    assert.equal(unsigned.destination.signs, false);
    await unsigned.send();
    assert.equal(unsigned.received[0]?.headers['webhook-signature'], undefined);
    assert.equal(unsigned.received[0]?.headers['webhook-id'], 'msg_1');
    const signed = await rig(t, () => ({ status: 200 }));
    assert.equal(signed.destination.signs, true);
  });

  it('is not sent with a secret that is none', async (t) => {
    await assert.rejects(
      rig(t, () => ({ status: 200 }), { secrets: ['whsec_canary'] }),
      (error) => {
        return error instanceof TypeError && !error.message.includes('canary');
      },
    );
  });

  it('throws nothing but the reason of an abort by the caller', async (t) => {
    const leaving = new AbortController();
    const { send, received } = await rig(t, () => {
      leaving.abort(new Error('worker drains'));
      return () => undefined;
    });
    await assert.rejects(send(leaving.signal), /worker drains/);
    await assert.rejects(send(leaving.signal), /worker drains/);
    assert.equal(received.length, 1);
  });
});

describe('seed defect: webhooks have no signature', () => {
  it('is signed with every secret, so that a receiver verifies with the old and the new one', async (t) => {
    const { send, received } = await rig(t, () => ({ status: 200 }));
    await send();
    const [request] = received;
    assert.ok(request);
    for (const secret of SECRETS) {
      const headers = request.headers as Record<string, string>;
      assert.deepEqual(new Webhook(secret).verify(request.body, headers), JSON.parse(BODY.toString()));
    }
    assert.equal(request.headers['webhook-signature']?.toString().split(' ').length, 2);
  });
});

describe('a webhook that is packed', () => {
  it('is signed as the JSON that a receiver reads, and is that JSON in gzip', async (t) => {
    const { send, received } = await rig(t, () => ({ status: 200 }), { gzip: true });
    await send();
    const [request] = received;
    assert.ok(request);
    assert.equal(request.headers['content-encoding'], 'gzip');
    const json = gunzipSync(request.body);
    assert.deepEqual(json, BODY);
    const headers = request.headers as Record<string, string>;
    for (const secret of SECRETS) assert.ok(new Webhook(secret).verify(json, headers));
    const [secret = ''] = SECRETS;
    assert.throws(() => new Webhook(secret).verify(request.body, headers), 'the packed bytes are not what is signed');
  });
});

describe('the answer to a webhook', () => {
  const none = { delivered: false, permanent: false };
  const answers: [string, Reply, PartAnswer][] = [
    ['any 2xx', { status: 202 }, { delivered: true, status: 202, reason: '202', permanent: false }],
    ['410', { status: 410 }, { delivered: false, status: 410, reason: '410', permanent: true }],
    ['404', { status: 404, body: 'canary' }, { delivered: false, status: 404, reason: '404', permanent: false }],
    ['a reset', (response) => response.destroy(), { ...none, reason: 'connection reset' }],
    ['silence', () => undefined, { ...none, reason: 'timeout' }],
    ['another protocol', (response) => response.socket?.end('220 mail\r\n'), { ...none, reason: 'no HTTP answer' }],
    [
      'a head whose body breaks off',
      cutOff(200, { 'content-length': '9' }, 'ok'),
      { delivered: true, status: 200, reason: '200', permanent: false },
    ],
  ];
  for (const [what, reply, expected] of answers) {
    it(`is recorded for ${what} without its body`, async (t) => {
      const { send, received } = await rig(t, () => reply, { deadlineMs: 300 });
      assert.deepEqual(await send(), expected);
      assert.equal(received.length, 1, 'nothing is tried again');
    });
  }

  const advice = [
    [401, false, /^401: .*correct the headers or the secret/],
    [403, false, /^403: .*correct the headers or the secret/],
    [413, false, /^413: .*too large.*lower maxBytes or maxRows/],
    [415, true, /^415: .*does not take gzip: set gzip of the destination to false/],
    [415, false, /^415$/],
  ] as const;
  for (const [status, gzip, reason] of advice) {
    it(`of ${status}${gzip ? ' to gzip' : ''} says what to do, and may be sent again`, async (t) => {
      const { send } = await rig(t, () => ({ status, body: 'canary' }), { gzip });
      const answer = await send();
      assert.match(answer.reason, reason);
      assert.deepEqual([answer.delivered, answer.permanent], [false, false]);
    });
  }

  it('honours Retry-After for 429, 502, 503 and 504 only', async (t) => {
    for (const [status, retryAfterMs] of [
      [429, 30_000],
      [502, 30_000],
      [503, 30_000],
      [504, 30_000],
      [500, undefined],
      [400, undefined],
      [202, undefined],
    ] as const) {
      const { send } = await rig(t, () => ({ status, headers: { 'retry-after': '30' } }));
      assert.equal((await send()).retryAfterMs, retryAfterMs, String(status));
    }
  });

  it('is read no further than 64 kB', async (t) => {
    let hungUp: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (hungUp = resolve));
    const { send } = await rig(t, () => (response) => {
      response.writeHead(200);
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', pour).on('close', hungUp);
      pour();
    });
    assert.equal((await send()).status, 200);
    await closed;
  });

  it('is a refused connection when nobody listens', async (t) => {
    const { send, stop } = await rig(t, () => ({ status: 200 }));
    await stop();
    assert.deepEqual(await send(), { ...none, reason: 'connection refused' });
  });

  it('names what is wrong with a certificate', async (t) => {
    const server = await listen(t, () => ({ status: 200 }), selfSigned());
    const { send } = await rig(t, () => ({ status: 200 }), { url: server.url });
    assert.deepEqual(await send(), { ...none, reason: 'TLS failed: DEPTH_ZERO_SELF_SIGNED_CERT' });
    assert.equal(server.received.length, 0);
  });
});

describe('seed defect: a redirect counts as delivered', () => {
  for (const status of [301, 302, 303, 307, 308]) {
    it(`is a failed attempt with ${status}, and is not followed`, async (t) => {
      const login = await listen(t, () => ({ status: 200 }));
      const { send } = await rig(t, () => ({ status, headers: { location: login.url.href } }));
      assert.deepEqual(await send(), {
        delivered: false,
        status,
        reason: `${status}, a redirect, not followed: give the destination the final URL`,
        permanent: false,
      });
      assert.equal(login.connections(), 0);
    });
  }
});

describe('a destination that is not marked private', () => {
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]']) {
    it(`never connects to ${host}, and fails for good`, async (t) => {
      const server = await listen(t, () => ({ status: 200 }));
      const url = new URL(`http://${host}:${server.url.port}`);
      const { send } = await rig(t, () => ({ status: 200 }), { url, allowPrivate: false });
      const answer = await send();
      assert.match(answer.reason, /^address refused: (127\.0\.0\.1|::1|::ffff:7f00:1)$/);
      assert.equal(answer.permanent, true);
      assert.equal(server.connections(), 0);
    });
  }
});
