import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Env } from '../../../src/config/environment.js';
import { readNetwork } from '../../../src/config/network.js';
import { readVariables } from '../../../src/config/environment.js';
import { createAnalyticsSource } from '../../../src/sources/analytics/source.js';
import type { Network } from '../../../src/network/proxies.js';
import { listen, type Reply } from '../../support/gateway/loopback.js';
import { startJournalProxy, type JournalProxy } from '../../support/network/journal-proxy.js';
import {
  grants,
  isTokenRequest,
  LOCATION,
  never,
  ORG,
  page,
  QUERY,
  ROW_KEYS,
} from '../../support/sources/cxone-api.js';
import { CATALOGUE } from '../../support/sources/directory.js';
import { selfSigned } from '../../support/tls/self-signed.js';

const HOST = 'acme.example';
const { cert, key } = selfSigned(HOST);
const ambient = { now: () => Date.UTC(2026, 10, 9), random: () => 0.5 };
const USER_AGENT = /^cxone-journey-metrics\/\d+\.\d+\.\d+$/;

function networkOf(env: Env): Network {
  return readNetwork(readVariables(env, () => undefined));
}

/** A source at `https://acme.example`, which only the proxy can reach. */
async function sourceBehind(t: TestContext, env: (proxy: JournalProxy) => Env, options = {}) {
  const server = await listen(t, (request) => (isTokenRequest(request) ? grant() : answerOf(request.method)), {
    cert,
    key,
  });
  const grant = grants();
  const proxy = await startJournalProxy(t, server.url, options);
  const source = createAnalyticsSource({
    org: ORG,
    access: { baseUrl: new URL(`https://${HOST}`), clientId: 'client', clientSecret: 'secret' },
    catalogue: CATALOGUE,
    ambient,
    ca: cert,
    network: networkOf(env(proxy)),
  });
  t.after(() => source.close());
  return { source, proxy, server };
}

function answerOf(method: string): Reply {
  if (method === 'POST') return { status: 202, headers: { location: LOCATION }, body: { queryId: 'q-1' } };
  return { status: 200, body: page() };
}

const through = ({ url }: JournalProxy, login = ''): string => url.href.replace('//', `//${login}`);

describe('a source behind a proxy', () => {
  it('is reached by CONNECT, with the login of the proxy, and every request says who asks', async (t) => {
    const { source, proxy, server } = await sourceBehind(t, (each) => ({ HTTPS_PROXY: through(each, 'me:pa%24s@') }), {
      login: 'me:pa$s',
    });
    const accepted = await source.submit({ query: QUERY, idempotencyKey: 'k' }, never());
    assert.ok('ticket' in accepted);
    await source.read({ ticket: accepted.ticket, cursor: null, keys: ROW_KEYS, queryId: 'q-1' }, never());
    assert.ok(proxy.journal.length > 0);
    for (const { line, headers } of proxy.journal) {
      assert.equal(line, `CONNECT ${HOST}:443`);
      assert.match(headers['user-agent'] ?? '', USER_AGENT);
    }
    assert.deepEqual(
      server.received.map(({ method, path }) => `${method} ${path}`),
      ['POST /api/v2/oauth/token', 'POST /api/v2/reporting/analytics', `GET ${LOCATION}`],
    );
    for (const { headers } of server.received) {
      assert.match(headers['user-agent'] ?? '', USER_AGENT);
      assert.equal(headers['proxy-authorization'], undefined);
    }
  });

  for (const [name, env] of Object.entries<(proxy: JournalProxy) => Env>({
    'https_proxy in small letters': (proxy) => ({ https_proxy: through(proxy) }),
    'small letters before capitals': (proxy) => ({ https_proxy: through(proxy), HTTPS_PROXY: 'http://127.0.0.1:9' }),
    'ALL_PROXY where there is no other': (proxy) => ({ ALL_PROXY: through(proxy), HTTP_PROXY: 'http://127.0.0.1:9' }),
    'an exception for another host': (proxy) => ({ HTTPS_PROXY: through(proxy), no_proxy: 'other.example' }),
  })) {
    it(`is reached by ${name}`, async (t) => {
      const { source, proxy } = await sourceBehind(t, env);
      await source.token(never());
      assert.equal(proxy.journal.length, 1);
    });
  }

  it('is asked for directly where NO_PROXY says so', async (t) => {
    const { source, proxy } = await sourceBehind(t, (each) => ({
      HTTPS_PROXY: through(each),
      NO_PROXY: `.${HOST}:443`,
    }));
    await assert.rejects(source.token(never()), /dns|unreachable/);
    assert.deepEqual(proxy.journal, []);
  });

  for (const [status, sentence] of [
    [407, /the proxy in HTTPS_PROXY asks for user and password \(407\)/],
    [403, /the proxy in HTTPS_PROXY refuses to connect to the host \(403\): allow it there/],
    [502, /the proxy in HTTPS_PROXY cannot reach the host \(502\)/],
  ] as const) {
    it(`is unavailable when the proxy answers ${status}, in a sentence of its own`, async (t) => {
      const { source } = await sourceBehind(t, (each) => ({ HTTPS_PROXY: through(each) }), { refuses: status });
      await assert.rejects(source.token(never()), (error) => {
        assert.ok(error instanceof Error && 'failureType' in error && 'details' in error);
        assert.equal(error.failureType, 'UpstreamUnavailable');
        assert.deepEqual(error.details, { operation: 'token', code: 'proxy', effect: 'none' });
        assert.match(error.message, sentence);
        return true;
      });
    });
  }

  it('says which variable names a proxy that is down, or a login that is refused', async (t) => {
    const down = await sourceBehind(t, () => ({ https_proxy: 'http://127.0.0.1:9' }));
    await assert.rejects(down.source.token(never()), /the proxy in HTTPS_PROXY cannot be reached \(ECONNREFUSED\)/);
    const wrong = await sourceBehind(t, (each) => ({ ALL_PROXY: through(each, 'me:hunter22@') }), {
      login: 'me:other',
    });
    await assert.rejects(wrong.source.token(never()), (error) => {
      assert.match(String(error), /the proxy in ALL_PROXY refuses the user and password \(407\)/);
      return !String(error).includes('hunter22');
    });
  });
});
