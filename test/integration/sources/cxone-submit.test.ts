import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grants, LOCATION, never, poll, QUERY, startApi, submit } from '../../support/sources/cxone-api.js';
import { failsWith } from '../../support/sources/cxone-failure.js';
import { cutOff, type Reply } from '../../support/gateway/loopback.js';

const accepted = (location?: string | string[]): Reply => ({ status: 202, headers: location ? { location } : {} });

describe('a submission', () => {
  it('sends the query with token and Idempotency-Key, and is accepted with a place for the result', async (t) => {
    const api = await startApi(t, () => accepted(`${LOCATION}?view=full`));
    assert.deepEqual(await submit(api), { state: 'accepted', ticket: `${LOCATION}?view=full`, queryId: null });
    const [call] = api.calls();
    assert.equal(`${call?.method} ${call?.path}`, 'POST /api/v2/reporting/analytics');
    assert.equal(call?.headers.authorization, 'Bearer token-1');
    assert.equal(call.headers['idempotency-key'], 'key-1');
    assert.equal(call.headers['accept-encoding'], 'identity');
    assert.deepEqual(JSON.parse(call.body.toString()), QUERY);
  });

  it('takes an absolute Location of the same origin for its path', async (t) => {
    const api = await startApi(t, () => accepted(`${api.url.origin}${LOCATION}`));
    assert.deepEqual(await submit(api), { state: 'accepted', ticket: LOCATION, queryId: null });
  });

  it('hands on what the source calls the query, where it says so in a usable way', async (t) => {
    for (const [body, queryId] of [
      ['{"queryId":"q-1","status":"RUNNING"}', 'q-1'],
      ['{"queryId":17}', null],
      ['{"queryId":"line\\nbreak"}', null],
    ] as const) {
      const api = await startApi(t, () => ({ status: 202, headers: { location: LOCATION }, body }));
      assert.deepEqual(await submit(api), { state: 'accepted', ticket: LOCATION, queryId }, body);
    }
  });

  it('is accepted by its head alone: a body that breaks off or never ends loses no query', async (t) => {
    const api = await startApi(t, () => cutOff(202, { location: LOCATION, 'content-length': '100' }, '{'));
    assert.equal((await submit(api)).state, 'accepted');
    const endless = await startApi(t, () => (response) => {
      response.writeHead(202, { location: LOCATION });
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', pour);
      pour();
    });
    assert.equal((await submit(endless)).state, 'accepted');
  });

  const failures: [Reply, Parameters<typeof failsWith>[1], 'none' | 'unknown', RegExp][] = [
    [{ status: 400, body: { message: 'unknown metric' } }, 'QueryRejected', 'none', /400: unknown metric/],
    [{ status: 404 }, 'QueryRejected', 'none', /\(404\)/],
    [{ status: 405 }, 'QueryRejected', 'none', /\(405\)/],
    [{ status: 409, body: { errorCode: 'E7' } }, 'QueryRejected', 'none', /409: E7/],
    [{ status: 413, body: 'x'.repeat(100_000) }, 'QueryRejected', 'none', /\(413\)/],
    [{ status: 422, body: '<html>canary</html>' }, 'QueryRejected', 'none', /\(422\)/],
    [{ status: 403 }, 'Forbidden', 'none', /reporting:analytics:read/],
    [{ status: 408 }, 'UpstreamUnavailable', 'none', /408/],
    [{ status: 500 }, 'UpstreamUnavailable', 'unknown', /500/],
    [{ status: 502 }, 'UpstreamUnavailable', 'unknown', /502/],
    [{ status: 504 }, 'UpstreamUnavailable', 'unknown', /504/],
    [{ status: 200, body: {} }, 'MalformedResponse', 'unknown', /\(200\)/],
    [{ status: 204 }, 'MalformedResponse', 'unknown', /\(204\)/],
    [{ status: 307, headers: { location: LOCATION } }, 'MalformedResponse', 'none', /redirect \(307\), not followed/],
    [(response) => response.destroy(), 'UpstreamUnavailable', 'unknown', /reset/],
    [cutOff(400, { 'content-length': '100' }, '{'), 'UpstreamUnavailable', 'unknown', /reset/],
    [() => undefined, 'UpstreamUnavailable', 'unknown', /timeout/],
  ];
  for (const [reply, type, effect, message] of failures) {
    it(`fails as ${type} with effect ${effect} (${message.source})`, async (t) => {
      const api = await startApi(t, () => reply, { limits: { requestDeadlineMs: 300 } });
      await api.source.token(never());
      const failure = await failsWith(submit(api), type, message);
      assert.equal(failure.details.effect, effect);
      assert.doesNotMatch(failure.message, /canary|127\.0\.0\.1|token-1|<html/);
      assert.equal(api.calls().length, 1, 'nothing is tried again or followed');
    });
  }

  it('has no effect when the connection is refused', async (t) => {
    const api = await startApi(t, () => accepted(LOCATION));
    await api.source.token(never());
    await api.stop();
    const { details } = await failsWith(submit(api), 'UpstreamUnavailable', /refused/);
    assert.deepEqual(details, { operation: 'submit', code: 'refused', effect: 'none' });
  });

  it('shows of an upstream reason no control characters, and 200 characters at most', async (t) => {
    const reason = `bad\r\n\u001b[31m\u202e${'x'.repeat(500)}`;
    const api = await startApi(t, () => ({ status: 400, body: { error: { message: reason } } }));
    const { message } = await failsWith(submit(api), 'QueryRejected', /400: bad \[31m xxx/);
    assert.doesNotMatch(message, /\p{Cc}|\u202e/u);
    assert.ok(message.length < 300);
  });

  it('hands back the reason of an abort by the caller', async (t) => {
    const leaving = new AbortController();
    const api = await startApi(t, () => {
      leaving.abort(new Error('worker drains'));
      return () => undefined;
    });
    await assert.rejects(submit(api, leaving.signal), /worker drains/);
    await assert.rejects(submit(api, leaving.signal), /worker drains/);
    assert.equal(api.calls().length, 1);
  });

  it('hands on when the source wants to be asked first', async (t) => {
    const api = await startApi(t, () => ({ status: 202, headers: { location: LOCATION, 'retry-after': '30' } }));
    assert.deepEqual(await submit(api), { state: 'accepted', ticket: LOCATION, queryId: null, retryAfterMs: 30_000 });
  });
});

describe('seed defect: an upstream 429 is a failure', () => {
  const answers: [Reply, unknown][] = [
    [
      { status: 429, headers: { 'retry-after': '17' } },
      { state: 'later', reason: 'rate limited', retryAfterMs: 17_000 },
    ],
    [{ status: 429 }, { state: 'later', reason: 'rate limited' }],
    [
      { status: 429, headers: { 'retry-after': '-5' } },
      { state: 'later', reason: 'rate limited' },
    ],
    [
      { status: 429, headers: { 'retry-after': ['5', '9'] } },
      { state: 'later', reason: 'rate limited' },
    ],
    [
      { status: 503, headers: { 'retry-after': '86400' } },
      { state: 'later', reason: 'unavailable', retryAfterMs: 3_600_000 },
    ],
  ];
  for (const [reply, expected] of answers) {
    it(`is the answer ${JSON.stringify(expected)} to submit and to poll`, async (t) => {
      const api = await startApi(t, () => reply);
      assert.deepEqual(await submit(api), expected);
      assert.deepEqual(await poll(api), expected);
    });
  }
});

describe('seed defect: a missing Location polls the root', () => {
  for (const location of [undefined, [LOCATION, LOCATION]]) {
    it(`is InvalidLocation (${location ? 'two of them' : 'none'})`, async (t) => {
      const api = await startApi(t, () => accepted(location));
      const failure = await failsWith(submit(api), 'InvalidLocation', /no Location/);
      assert.equal(failure.details.effect, 'unknown');
      assert.equal(api.calls().length, 1);
    });
  }
});

describe('seed defect: the Location is concatenated to the host', () => {
  it('never contacts a Location elsewhere, at submission or at a poll of one that was stored', async (t) => {
    const evil = await startApi(t, () => ({ status: 200 }), { grant: grants() });
    const path = new URL(LOCATION, evil.url);
    for (const location of [
      path.href,
      `//${path.host}${LOCATION}`,
      `@${path.host}${LOCATION}`,
      `.evil.example${LOCATION}`,
    ]) {
      const api = await startApi(t, () => accepted(location));
      await failsWith(submit(api), 'InvalidLocation', /one elsewhere/);
      await failsWith(poll(api, { ticket: location }), 'InvalidLocation');
      assert.equal(api.calls().length, 1);
    }
    assert.equal(evil.connections(), 0);
  });
});
