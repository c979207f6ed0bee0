import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { InvalidSimulatorOption } from '../../../simulator/invalid-option.js';
import { startReceiver, type Receiver, type ReceiverOptions } from '../../../simulator/receiver/server.js';
import { DEFAULT_WEBHOOK_SECRET } from '../../../simulator/receiver/signature.js';

async function start(t: TestContext, options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver(options);
  t.after(() => receiver.stop());
  return receiver;
}

function payload(revision = 1, rows: readonly object[] = [{ journeyId: 'claim' }]): string {
  const summary = { total: rows.length, sampled: rows.length };
  return JSON.stringify({
    ...{ timestamp: 'T', queryId: 'q', metrics: rows, summary },
    ...{ deliveryId: 'd1', revision, part: { index: 0, count: 1 } },
  });
}

function signedHeaders(id: string, body: string, secret = DEFAULT_WEBHOOK_SECRET): Record<string, string> {
  const now = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, now, body),
    'x-aggregator-version': '1.0.0',
  };
}

function send(receiver: Receiver, id: string, body = payload(), headers = signedHeaders(id, body)): Promise<Response> {
  return fetch(receiver.webhookUrl, { method: 'POST', headers, body, redirect: 'manual' });
}

test('takes a signed delivery in once, and journals what came', async (t) => {
  const receiver = await start(t);
  assert.equal((await send(receiver, 'm1')).status, 200);
  assert.equal((await send(receiver, 'm1')).status, 200);
  assert.equal((await send(receiver, 'm1', payload(1, []))).status, 200);
  assert.deepEqual(receiver.windows().get('d1')?.rows, [{ journeyId: 'claim' }]);
  assert.deepEqual(
    receiver.journal.entries().map(({ verdict, effect }) => [verdict, effect]),
    [
      ['accepted', true],
      ['duplicate', false],
      ['conflict', false],
    ],
  );
  const [first] = receiver.journal.entries();
  assert.equal(first?.aggregatorVersion, '1.0.0');
  assert.deepEqual([first.signature, first.rows, first.revision, first.part, first.parts], ['valid', 1, 1, 0, 1]);
});

test('a later revision replaces the window, an older one is acknowledged and ignored', async (t) => {
  const receiver = await start(t);
  await send(receiver, 'm3', payload(3, [{ n: 3 }]));
  assert.equal((await send(receiver, 'm2', payload(2, [{ n: 2 }]))).status, 200);
  assert.deepEqual(receiver.windows().get('d1')?.rows, [{ n: 3 }]);
  assert.equal(receiver.journal.count({ verdict: 'stale', effect: false }), 1);
  const held = (await (await fetch(`${receiver.url}/__admin/windows`)).json()) as { revision: number }[];
  assert.deepEqual(
    held.map(({ revision }) => revision),
    [3],
  );
});

test('refuses wrong and missing signatures, missing ids and what is no payload', async (t) => {
  const receiver = await start(t);
  const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
  assert.equal((await send(receiver, 'm1', payload(), signedHeaders('m1', payload(), other))).status, 401);
  assert.equal((await send(receiver, 'm1', payload(), { 'webhook-id': 'm1' })).status, 401);
  assert.equal((await send(receiver, 'm1', payload(), {})).status, 400);
  assert.equal((await send(receiver, 'm1', '{}')).status, 400);
  assert.equal(receiver.windows().size, 0);
  assert.deepEqual(
    receiver.journal.entries().map(({ verdict }) => verdict),
    ['refused', 'refused', 'refused', 'malformed'],
  );
});

test('takes unsigned deliveries only when told to, and wrong signatures never', async (t) => {
  const receiver = await start(t, { allowUnsigned: true, secrets: [] });
  assert.equal((await send(receiver, 'm1', payload(), { 'webhook-id': 'm1' })).status, 200);
  assert.equal((await send(receiver, 'm2')).status, 401);
  await assert.rejects(startReceiver({ secrets: [] }), InvalidSimulatorOption);
});

test('misbehaves by script: statuses, a gone address, a redirect to a login page, broken connections', async (t) => {
  const receiver = await start(t, {
    faults: {
      script: [
        { fault: { kind: 'status', status: 503, retryAfter: { seconds: 7 } } },
        { fault: '410' },
        { fault: 'redirect' },
        { fault: 'drop-before' },
        { fault: 'drop-after' },
      ],
    },
  });
  const unavailable = await send(receiver, 'm1');
  assert.deepEqual([unavailable.status, unavailable.headers.get('retry-after')], [503, '7']);
  assert.equal((await send(receiver, 'm1')).status, 410);
  const redirect = await send(receiver, 'm1');
  assert.deepEqual([redirect.status, redirect.headers.get('location')], [302, '/__login']);
  await assert.rejects(send(receiver, 'm1'));
  assert.equal(receiver.windows().size, 0);
  await assert.rejects(send(receiver, 'm1'));
  assert.equal(receiver.windows().size, 1);
  assert.equal((await send(receiver, 'm1')).status, 200);
  assert.deepEqual(
    receiver.journal.entries().map(({ fault, effect, status }) => [fault, effect, status]),
    [
      ['503', false, 503],
      ['410', false, 410],
      ['redirect', false, 302],
      ['drop-before', false, null],
      ['drop-after', true, null],
      [undefined, false, 200],
    ],
  );
});
