import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { tokenForm } from '../../../src/sources/http/token-endpoint.js';
import {
  grants,
  isTokenRequest,
  never,
  page,
  poll,
  startApi,
  submit,
  type Api,
} from '../../support/sources/cxone-api.js';
import { failsWith } from '../../support/sources/cxone-failure.js';
import { cutOff, type Reply } from '../../support/gateway/loopback.js';

const pages = (): Reply => ({ status: 200, body: page() });
const token = (api: Api, signal = never()): ReturnType<Api['source']['token']> => api.source.token(signal);
const asked = (api: Api): number => api.received.filter(isTokenRequest).length;

describe('a token', () => {
  it('is described by fingerprint, expiry and scope, and told to nobody but the scrubber', async (t) => {
    const told: string[] = [];
    const grant = (): Reply => ({ status: 200, body: { access_token: 'canary', expires_in: '3600', scope: 'a b' } });
    const api = await startApi(t, pages, { grant, onToken: (value) => told.push(value) });
    assert.deepEqual(await token(api), {
      fingerprint: createHash('sha256').update('canary').digest('hex').slice(0, 12),
      expiresAt: '2026-11-09T01:00:00.000Z',
      refreshAt: '2026-11-09T00:55:00.000Z',
      scope: 'a b',
    });
    assert.deepEqual(told, ['canary']);
  });

  it('is asked for once by callers at the same time, and outlives the first one who leaves', async (t) => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let enter: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (enter = resolve));
    const grant = async (): Promise<Reply> => {
      enter();
      await gate;
      return grants()();
    };
    const api = await startApi(t, pages, { grant });
    const leaving = new AbortController();
    const first = token(api, leaving.signal);
    const others = [token(api), token(api)];
    await reached;
    leaving.abort(new Error('gone'));
    await assert.rejects(first, /gone/);
    release();
    await Promise.all(others);
    assert.equal(asked(api), 1);
  });

  it('is refreshed at max(expires_in - 300, expires_in / 2) seconds of age', async (t) => {
    for (const [expiresIn, refreshAfterS] of [
      [3_600, 3_300],
      [400, 200],
    ] as const) {
      const api = await startApi(t, pages, { grant: grants(expiresIn) });
      const first = await token(api);
      api.clock.now += refreshAfterS * 1_000 - 1;
      assert.equal((await token(api)).fingerprint, first.fingerprint);
      api.clock.now += 1;
      assert.notEqual((await token(api)).fingerprint, first.fingerprint);
    }
  });

  it('goes on being used until it expires while no fresh one is to be had', async (t) => {
    const granted = grants();
    let answer: () => Reply = granted;
    const api = await startApi(t, pages, { grant: () => answer() });
    const first = await token(api);
    answer = () => ({ status: 503 });
    api.clock.now += 3_500_000;
    assert.equal((await token(api)).fingerprint, first.fingerprint);
    api.clock.now += 100_000;
    await failsWith(token(api), 'UpstreamUnavailable');
  });

  it('is dropped by a 401 only if it is the one that was refused', async (t) => {
    let release: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (release = resolve));
    let enter: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (enter = resolve));
    const api = await startApi(t, async ({ path, headers }) => {
      if (headers.authorization === 'Bearer token-2') return pages();
      if (path.includes('pageToken')) {
        enter();
        await late;
      }
      return { status: 401 };
    });
    const slow = poll(api, { cursor: 'p-2' });
    await reached;
    await poll(api);
    release();
    await slow;
    assert.equal(asked(api), 2, 'the late 401 of token-1 must not cost token-2');
  });
});

describe('the token endpoint', () => {
  const refusals: [Reply, Parameters<typeof failsWith>[1], RegExp][] = [
    [
      { status: 401, body: { error: 'invalid_client' } },
      'Unauthorized',
      /acme.*401: invalid_client.*client id and secret/,
    ],
    [{ status: 400, body: { error: 'invalid_client' } }, 'Unauthorized', /400: invalid_client/],
    [{ status: 403 }, 'Forbidden', /403/],
    [{ status: 404 }, 'MalformedResponse', /404.*base URL/],
    [{ status: 302, headers: { location: '/login' } }, 'MalformedResponse', /redirect \(302\), not followed/],
    [{ status: 201, body: {} }, 'MalformedResponse', /201/],
    [{ status: 500 }, 'UpstreamUnavailable', /500/],
    [cutOff(200, { 'content-length': '100' }, '{"access'), 'UpstreamUnavailable', /reset/],
    [{ status: 200, body: Buffer.alloc(2 * 1024 * 1024, 32) }, 'ResponseTooLarge', /token/],
  ];
  for (const [reply, type, message] of refusals) {
    it(`fails as ${type} (${message.source})`, async (t) => {
      const api = await startApi(t, pages, { grant: () => reply });
      const failure = await failsWith(token(api), type, message);
      assert.equal(failure.details.operation, 'token');
      assert.notEqual(failure.details.effect, 'unknown');
    });
  }

  for (const status of [429, 503]) {
    it(`says with a ${status} when to come back, and that no query was submitted`, async (t) => {
      const api = await startApi(t, pages, { grant: () => ({ status, headers: { 'retry-after': '7' } }) });
      const { details } = await failsWith(submit(api), 'UpstreamUnavailable');
      assert.deepEqual(details, { operation: 'token', status, effect: 'none', retryAfterMs: 7_000 });
      assert.equal(api.calls().length, 0);
    });
  }
});

describe('seed defect: the client secret is sent unescaped', () => {
  it('reaches the server as it is, whatever it holds', async (t) => {
    const secret = 'a&grant_type=password&b=c+d%20e=\u00e9 #;';
    const api = await startApi(t, pages, { secret });
    await token(api);
    const [request] = api.received;
    assert.equal(request?.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.deepEqual(Object.fromEntries(new URLSearchParams(request.body.toString())), {
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: secret,
    });
  });

  it('is a form of three fields for any credentials', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (id, secret) => {
        const fields = [...new URLSearchParams(tokenForm(id, secret))];
        assert.deepEqual(fields, [
          ['grant_type', 'client_credentials'],
          ['client_id', id],
          ['client_secret', secret],
        ]);
      }),
    );
  });
});

describe('seed defect: errors in decoding the token are ignored', () => {
  const grant = { access_token: 't', expires_in: 3_600 };
  const bodies: [unknown, RegExp][] = [
    ['', /not complete JSON/],
    ['<html></html>', /HTML/],
    ['{"access_token": "t"', /not complete JSON/],
    [[], /not an object/],
    [{}, /access_token/],
    [{ error: 'invalid_client', error_description: 'no such client' }, /access_token \(no such client\)/],
    [{ ...grant, access_token: '' }, /access_token/],
    [{ ...grant, access_token: 'two\r\nlines' }, /access_token/],
    [{ ...grant, access_token: 5 }, /access_token/],
    [{ ...grant, expires_in: 0 }, /expires_in/],
    [{ ...grant, expires_in: -5 }, /expires_in/],
    [{ ...grant, expires_in: 'soon' }, /expires_in/],
    [{ ...grant, expires_in: 1e300 }, /expires_in/],
    [{ ...grant, token_type: 'mac' }, /token_type/],
  ];
  for (const [body, message] of bodies) {
    it(`refuses ${JSON.stringify(body)}`, async (t) => {
      const api = await startApi(t, pages, { grant: () => ({ status: 200, body }) });
      await failsWith(token(api), 'MalformedResponse', message);
    });
  }
  it('takes a token whose life is not stated for one of five minutes', async (t) => {
    for (const life of [{}, { expires_in: null }]) {
      const body = { access_token: 't', token_type: 'bearer', ...life };
      const api = await startApi(t, pages, { grant: () => ({ status: 200, body }) });
      const { expiresAt, refreshAt } = await token(api);
      assert.equal(Date.parse(expiresAt) - api.clock.now, 300_000);
      assert.equal(Date.parse(refreshAt) - api.clock.now, 150_000);
    }
  });
});

describe('seed defect: the token is never refreshed', () => {
  it('answers a 401 in the middle of polling with one fresh token', async (t) => {
    const api = await startApi(t, ({ headers }) =>
      headers.authorization === 'Bearer token-2' ? pages() : { status: 401 },
    );
    assert.equal((await poll(api)).state, 'page');
    assert.deepEqual(
      api.calls().map(({ headers }) => headers.authorization),
      ['Bearer token-1', 'Bearer token-2'],
    );
  });

  it('ends as Unauthorized when the fresh token is refused too, and tries no third', async (t) => {
    const api = await startApi(t, () => ({ status: 401, body: { message: 'no' } }));
    await failsWith(poll(api), 'Unauthorized', /401: no/);
    assert.equal(api.calls().length, 2);
    const { details } = await failsWith(submit(api), 'Unauthorized');
    assert.equal(details.effect, 'none');
  });
});
