import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { startSimulator } from '../../../simulator/cxone/server.js';
import { PlainClient, startFaulty, struck } from '../../support/sources/simulator-calls.js';

test('slow keeps the answer back, not the effect', async (t) => {
  const { simulator, client } = await startFaulty(
    t,
    'poll',
    { kind: 'slow', delayMs: 86_400_000 },
    { run: { polls: 1 } },
  );
  const location = await client.locationOf();
  const impatient = new AbortController();
  const waiting = client.get(location, undefined, impatient.signal);
  while (struck(simulator, 'slow') === undefined) await client.get('/elsewhere');
  impatient.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
  assert.deepEqual(struck(simulator, 'slow'), { effect: true, status: 202 });
  assert.equal((await client.get(location)).status, 200);
});

test('slow answers in the end; drip sends the whole answer in many pieces', async (t) => {
  const slow = await startFaulty(t, 'poll', { kind: 'slow', delayMs: 5 });
  assert.equal((await slow.client.get(await slow.client.locationOf())).status, 200);
  const drip = await startFaulty(t, 'poll', { kind: 'drip', bytes: 500, everyMs: 1 });
  const response = await drip.client.get(await drip.client.locationOf());
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body ?? []) pieces.push(piece as Uint8Array);
  assert.ok(pieces.length > 2, `${pieces.length} pieces`);
  assert.equal((JSON.parse(Buffer.concat(pieces).toString()) as { totalCount: number }).totalCount, 56);
});

test('truncated breaks off below its Content-Length; cut-json keeps to it, and is no JSON', async (t) => {
  const truncated = await startFaulty(t, 'poll', 'truncated');
  const broken = await truncated.client.get(await truncated.client.locationOf());
  assert.equal(broken.status, 200);
  await assert.rejects(broken.text());
  const cut = await startFaulty(t, 'poll', 'cut-json');
  const response = await cut.client.get(await cut.client.locationOf());
  const text = await response.text();
  assert.equal(response.headers.get('content-length'), String(Buffer.byteLength(text)));
  assert.throws(() => JSON.parse(text) as unknown, SyntaxError);
});

test('gzip-bomb unpacks to hundreds of times its size, oversized is as large as it says; both are JSON', async (t) => {
  const bytes = 8 * 2 ** 20;
  for (const kind of ['gzip-bomb', 'oversized'] as const) {
    const { client, simulator } = await startFaulty(t, 'poll', { kind, bytes });
    const url = simulator.url + (await client.locationOf());
    const [token = ''] = simulator.issuedTokens();
    // Not fetch: it would unpack the body and hide its size.
    const request = get(url, { headers: { authorization: `Bearer ${token}` } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const sent = Buffer.concat(chunks);
    const body = response.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    assert.ok(body.length > bytes);
    assert.equal(sent.length < bytes / 100, kind === 'gzip-bomb');
    assert.equal((JSON.parse(body.toString()) as { totalCount: number }).totalCount, 56);
  }
});

test('stops in the middle of answers', async () => {
  const simulator = await startSimulator({
    faults: { script: [{ on: 'token', fault: { kind: 'slow', delayMs: 86_400_000 } }] },
  });
  const waiting = assert.rejects(new PlainClient(simulator).authorise());
  while (simulator.journal.count() === 0) await fetch(`${simulator.url}/__admin/faults`);
  await simulator.stop();
  await waiting;
});
