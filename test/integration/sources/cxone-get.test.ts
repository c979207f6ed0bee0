import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { never, page, poll, startApi } from '../../support/sources/cxone-api.js';
import { failsWith } from '../../support/sources/cxone-failure.js';
import { cutOff, type Reply } from '../../support/gateway/loopback.js';

const ok = (body: unknown): Reply => ({ status: 200, body });

describe('a GET of a result', () => {
  const failures: [Reply, Parameters<typeof failsWith>[1], RegExp][] = [
    [{ status: 204 }, 'MalformedResponse', /\(204\)/],
    [{ status: 302, headers: { location: '/login' } }, 'MalformedResponse', /redirect \(302\), not followed/],
    [{ status: 400, body: { message: 'bad page token' } }, 'QueryRejected', /400: bad page token/],
    [{ status: 403 }, 'Forbidden', /403/],
    [{ status: 500 }, 'UpstreamUnavailable', /500/],
    [{ status: 502 }, 'UpstreamUnavailable', /502/],
    [{ status: 504 }, 'UpstreamUnavailable', /504/],
    [(response) => response.destroy(), 'UpstreamUnavailable', /reset/],
    [cutOff(200, { 'content-length': '100' }, '{"queryId"'), 'UpstreamUnavailable', /reset/],
    [cutOff(200, {}, '{"queryId"'), 'UpstreamUnavailable', /reset/],
    [() => undefined, 'UpstreamUnavailable', /timeout/],
    [(response) => response.socket?.end('SMTP ready\r\n'), 'UpstreamUnavailable', /not http/],
  ];
  for (const [reply, type, message] of failures) {
    it(`fails as ${type} (${message.source})`, async (t) => {
      const api = await startApi(t, () => reply, { limits: { requestDeadlineMs: 300 } });
      await api.source.token(never());
      const failure = await failsWith(poll(api, { cursor: 'p-2' }), type, message);
      assert.equal(failure.details.operation, 'page');
      assert.notEqual(failure.details.effect, 'unknown');
      assert.equal(api.calls().length, 1, 'nothing is tried again or followed');
    });
  }

  it('is over at its deadline, however diligently the body drips', async (t) => {
    const drip: Reply = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 5);
      response.on('close', () => {
        clearInterval(timer);
      });
    };
    const api = await startApi(t, () => drip, { limits: { pageDeadlineMs: 150 } });
    await failsWith(poll(api), 'UpstreamUnavailable', /timeout/);
  });

  it('ends with the reason of the abort when the caller leaves in the middle of a body', async (t) => {
    const leaving = new AbortController();
    const half: Reply = (response) => {
      response.writeHead(200);
      response.write('{', () => {
        leaving.abort(new Error('cancelled'));
      });
    };
    const api = await startApi(t, () => half);
    await assert.rejects(poll(api, {}, leaving.signal), /cancelled/);
  });

  it('is broken off by close', async (t) => {
    const api = await startApi(t, () => {
      void api.source.close();
      return () => undefined;
    });
    await failsWith(poll(api), 'UpstreamUnavailable', /reset/);
  });
});

describe('seed defect: bodies are unbounded', () => {
  const capped = { limits: { bodyCapBytes: 10_000 } };

  it('stops reading an endless body at the cap', async (t) => {
    let sent = 0;
    let hungUp: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (hungUp = resolve));
    const endless: Reply = (response) => {
      response.writeHead(200);
      const pour = (): void => {
        do sent += 1_024;
        while (!response.destroyed && response.write(Buffer.alloc(1_024, 32)));
      };
      response.on('drain', pour).on('close', hungUp);
      pour();
    };
    const api = await startApi(t, () => endless, capped);
    const { details } = await failsWith(poll(api), 'ResponseTooLarge', /10000 bytes.*query\.limit/);
    assert.deepEqual(details.facts, { capBytes: 10_000 });
    await closed;
    assert.ok(sent < 64 * 1024 * 1024);
  });

  it('takes a body of exactly the cap and refuses one byte more', async (t) => {
    const text = JSON.stringify(page());
    const api = await startApi(t, ({ path }) => ok(text.padEnd(path.includes('p2') ? 10_001 : 10_000)), capped);
    assert.equal((await poll(api)).state, 'page');
    await failsWith(poll(api, { cursor: 'p2' }), 'ResponseTooLarge');
  });

  it('never unpacks a compressed body, bomb or not', async (t) => {
    const bomb = gzipSync(JSON.stringify(page()).padEnd(5_000_000));
    const api = await startApi(t, () => ({ status: 200, headers: { 'content-encoding': 'gzip' }, body: bomb }), capped);
    await failsWith(poll(api), 'MalformedResponse', /compressed/);
    assert.equal(api.calls()[0]?.headers['accept-encoding'], 'identity');
  });
});
