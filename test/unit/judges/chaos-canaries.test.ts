import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodedHistory, findCanaries } from '../../chaos/canaries.js';

const CANARY = { name: 'the secret', secret: 'c&n+r = "y"%2F🐤' };

const found = async (text: string): Promise<boolean> =>
  (await findCanaries([{ place: 'here', text }], [CANARY])).length > 0;

test('a canary is found as it is, in JSON, in a URL and in a form', async () => {
  const { secret } = CANARY;
  assert.ok(await found(`client_secret: ${secret}.`));
  assert.ok(await found(JSON.stringify({ a: `so ${secret}!` })));
  assert.ok(await found(`https://x.invalid/?s=${encodeURIComponent(secret)}&t=1`));
  assert.ok(await found(new URLSearchParams({ grant: 'x', s: secret, t: '1' }).toString()));
  assert.ok(!(await found('nothing of the kind')));
});

test('a canary is found in Base64, wherever in the text it stands', async () => {
  for (const before of ['', 'a', 'ab', 'abc', 'client:']) {
    for (const after of ['', 'z', 'yz', 'xyz']) {
      const text = Buffer.from(before + CANARY.secret + after).toString('base64');
      assert.ok(await found(`Authorization: Basic ${text}`), `${before}…${after}`);
    }
  }
});

test('says where, and which', async () => {
  const traces = [
    { place: 'one', text: 'clean' },
    { place: 'two', text: `${CANARY.secret} and token-1` },
  ];
  const canaries = [CANARY, { name: 'a token', secret: 'token-1' }, { name: 'another', secret: 'token-2' }];
  assert.deepEqual(await findCanaries(traces, canaries), [
    { place: 'two', name: 'the secret' },
    { place: 'two', name: 'a token' },
  ]);
});

test('the payloads of a history are read, too', async () => {
  const data = Buffer.from(JSON.stringify({ inner: Buffer.from(CANARY.secret).toString('base64') })).toString('base64');
  assert.ok(await found(decodedHistory(JSON.stringify({ payloads: [{ data }] }, undefined, 2))));
});
