import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { apiKeyText, bearerKey, newApiKey } from '../../../src/keys/api-key.js';
import { bearerAuthentication, keylessAuthentication } from '../../../src/gateway/access/authentication.js';
import { ANYBODY_HERE, type Principal } from '../../../src/keys/principal.js';
import type { Refusal } from '../../../src/gateway/access/principal.js';

const KEY = newApiKey('client');
const PRINCIPAL: Principal = { id: 'client', scopes: new Set(['runs:read']), orgs: '*' };

function ask(authorization?: string): Promise<Principal | Refusal> {
  const find = ({ id, secret }: typeof KEY): Promise<Principal | undefined> =>
    Promise.resolve(id === KEY.id && secret === KEY.secret ? PRINCIPAL : undefined);
  return bearerAuthentication({ find })({ headers: { ...(authorization !== undefined && { authorization }) } });
}

suite('a key', () => {
  test('has a secret of 256 bits of its own, and comes apart as it was put together', () => {
    assert.equal(Buffer.from(KEY.secret, 'base64url').byteLength, 32);
    const made = Array.from({ length: 1_000 }, (_, index) => newApiKey(`a-${index}`));
    assert.equal(new Set(made.map(({ secret }) => secret)).size, made.length);
    for (const key of made) assert.deepEqual(bearerKey(`Bearer ${apiKeyText(key)}`), key);
  });

  test('is asked for where there is none', async () => {
    assert.deepEqual(await ask(), { refused: 'send your key with the header Authorization: Bearer jm_…' });
  });

  test('lets its owner in, whatever the case of the scheme', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
      assert.equal(await ask(`${scheme} ${apiKeyText(KEY)}`), PRINCIPAL);
    }
  });

  test('is refused with one sentence, whatever is wrong with it', async () => {
    const text = apiKeyText(KEY);
    const wrong = [
      `Bearer ${apiKeyText(newApiKey('client'))}`,
      `Bearer ${apiKeyText(newApiKey('absent'))}`,
      `Bearer ${text}x`,
      `Bearer ${text.slice(0, -1)}`,
      `Bearer ${text.toUpperCase()}`,
      `Bearer jm_client_`,
      `Bearer jm__${KEY.secret}`,
      `Bearer ${text}, Bearer ${text}`,
      `Basic ${text}`,
      `Bearer${text}`,
      text,
      '',
      `Bearer ${' '.repeat(10_000)}`,
    ];
    const refusals = await Promise.all(wrong.map(ask));
    const sentences = refusals.map((answer) => ('refused' in answer ? answer.refused : answer.id));
    assert.deepEqual(new Set(sentences), new Set(['the key in the header Authorization is not valid']));
  });
});

suite('without keys', () => {
  const asking = (headers: Readonly<Record<string, string>>): Promise<Principal | Refusal> =>
    keylessAuthentication({ headers });

  test('whoever calls this machine by one of its names is let in, and so are pages of our own', async () => {
    for (const host of ['localhost', 'localhost:8080', '127.0.0.1:1', '127.255.0.1', '[::1]:8080']) {
      assert.equal(await asking({ host }), ANYBODY_HERE);
      assert.equal(await asking({ host, origin: `http://${host}` }), ANYBODY_HERE);
    }
  });

  test('a page of another site is not, whether it says so or has its name point to this machine', async () => {
    const foreign = [
      { host: '127.0.0.1:8080', origin: 'https://other.example' },
      { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:9090' },
      { host: '127.0.0.1:8080', origin: 'null' },
      { host: 'other.example' },
      { host: 'localhost.other.example:8080' },
      { host: '127.0.0.1.other.example' },
      { host: '10.0.0.1:8080' },
      {},
    ];
    for (const headers of foreign) assert.ok('refused' in (await asking(headers)), JSON.stringify(headers));
  });
});
