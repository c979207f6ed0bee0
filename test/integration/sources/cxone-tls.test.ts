import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { createAnalyticsSource } from '../../../src/sources/analytics/source.js';
import { grants, never, ORG } from '../../support/sources/cxone-api.js';
import { CATALOGUE } from '../../support/sources/directory.js';
import { failsWith } from '../../support/sources/cxone-failure.js';
import { listen, type Loopback } from '../../support/gateway/loopback.js';
import { selfSigned } from '../../support/tls/self-signed.js';

type Source = ReturnType<typeof createAnalyticsSource>;

const { cert, key } = selfSigned();
const TLS_1_1 = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

async function sourceOf(t: TestContext, tls: object, ca?: string): Promise<{ source: Source; server: Loopback }> {
  const server = await listen(t, grants(), { cert, key, ...tls });
  const source = createAnalyticsSource({
    org: ORG,
    access: { baseUrl: server.url, clientId: 'c', clientSecret: 's' },
    catalogue: CATALOGUE,
    ambient: { now: () => 0, random: () => 0 },
    ...(ca === undefined ? {} : { ca }),
  });
  t.after(() => source.close());
  return { source, server };
}

describe('TLS to the source', () => {
  it('trusts an authority of its own', async (t) => {
    const { source } = await sourceOf(t, {}, cert);
    assert.equal((await source.token(never())).expiresAt, '1970-01-01T01:00:00.000Z');
  });

  it('trusts nobody else, and has sent nothing by then', async (t) => {
    for (const ca of [undefined, selfSigned().cert]) {
      const { source, server } = await sourceOf(t, {}, ca);
      const { details } = await failsWith(source.token(never()), 'UpstreamUnavailable', /tls/);
      assert.deepEqual(details, { operation: 'token', code: 'tls', effect: 'none' });
      assert.equal(server.received.length, 0);
    }
  });

  it('is 1.2 at least', async (t) => {
    const { source, server } = await sourceOf(t, TLS_1_1, cert);
    await failsWith(source.token(never()), 'UpstreamUnavailable', /tls/);
    assert.equal(server.received.length, 0);
  });
});
