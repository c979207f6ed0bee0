import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { grants, never, page, poll, startApi, submit, type Api } from '../../support/sources/cxone-api.js';
import { failsWith } from '../../support/sources/cxone-failure.js';
import type { Reply } from '../../support/gateway/loopback.js';

const OPEN_MS = 60_000;
const down: Reply = { status: 503 };
const up: Reply = { status: 200, body: page() };

/** The breaker's library reads `Date.now`, so the clock of the process is the one that moves here. */
async function apiWithClock(t: TestContext, answer: () => Reply | Promise<Reply>, grant = grants()): Promise<Api> {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 10, 9) });
  const ambient = { now: (): number => Date.now(), random: () => 0.5 };
  return startApi(t, answer, { ambient, grant, circuit: { consecutive503: 3, openMs: OPEN_MS } });
}

async function pollTimes(api: Api, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) await poll(api).catch(() => undefined);
}

describe('seed defect: the circuit breaker is only described', () => {
  it('opens after so many 503 in a row and says when it is over, without a connection', async (t) => {
    const api = await apiWithClock(t, () => down);
    await pollTimes(api, 3);
    const before = { connections: api.connections(), received: api.received.length };
    t.mock.timers.tick(20_000);
    const later = { state: 'later', reason: 'circuit open', retryAfterMs: 40_000 };
    assert.deepEqual(await poll(api), later);
    assert.deepEqual(await submit(api), later);
    assert.deepEqual({ connections: api.connections(), received: api.received.length }, before);
  });

  it('fails a token that is not at hand as UpstreamUnavailable, and hands out the one that is', async (t) => {
    const api = await apiWithClock(
      t,
      () => down,
      () => down,
    );
    for (let n = 0; n < 3; n += 1) await failsWith(api.source.token(never()), 'UpstreamUnavailable', /503/);
    const { details } = await failsWith(
      api.source.token(never()),
      'UpstreamUnavailable',
      /gets no requests for a while/,
    );
    assert.deepEqual(details, { operation: 'token', code: 'circuit open', effect: 'none', retryAfterMs: OPEN_MS });
    assert.deepEqual(await submit(api), { state: 'later', reason: 'circuit open', retryAfterMs: OPEN_MS });
    assert.equal(api.received.length, 3);
  });

  it('lets one probe through, answers the others meanwhile, and closes when it succeeds', async (t) => {
    let answer: () => Reply | Promise<Reply> = () => down;
    const api = await apiWithClock(t, () => answer());
    await pollTimes(api, 3);
    t.mock.timers.tick(OPEN_MS);
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let enter: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => (enter = resolve));
    answer = async () => {
      enter();
      await gate;
      return up;
    };
    const probe = poll(api);
    await reached;
    assert.deepEqual(await poll(api), { state: 'later', reason: 'circuit open' });
    assert.equal(api.calls().length, 4);
    release();
    assert.equal((await probe).state, 'page');
    assert.equal((await poll(api)).state, 'page');
  });

  it('opens again at once when the probe fails', async (t) => {
    const api = await apiWithClock(t, () => down);
    await pollTimes(api, 3);
    t.mock.timers.tick(OPEN_MS);
    assert.deepEqual(await poll(api), { state: 'later', reason: 'unavailable' });
    assert.deepEqual(await poll(api), { state: 'later', reason: 'circuit open', retryAfterMs: OPEN_MS });
    assert.equal(api.calls().length, 4);
  });

  it('counts gateway errors and broken connections, but only in a row', async (t) => {
    const script: Reply[] = [down, { status: 504 }, up, { status: 502 }, (response) => response.destroy(), down, up];
    const api = await apiWithClock(t, () => script.shift() ?? up);
    await pollTimes(api, 6);
    assert.equal(api.calls().length, 6);
    assert.equal(((await poll(api)) as { reason: string }).reason, 'circuit open');
  });

  it('is not opened by 429, 500 or 404, which say something of one query or one client', async (t) => {
    const script: Reply[] = [429, 500, 404, 429, 500, 404].map((status) => ({ status }));
    const api = await apiWithClock(t, () => script.shift() ?? up);
    await pollTimes(api, 6);
    assert.equal((await poll(api)).state, 'page');
  });
});
