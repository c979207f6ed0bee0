import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { ReportingClient } from '../../../src/sources/reporting/client.js';
import { DEFAULT_REPORTING_TENANT } from '../../../simulator/reporting/tenant.js';
import { failsWith } from '../../support/sources/cxone-failure.js';
import { startReal } from '../../support/sources/cxone-real.js';
import { clientOf, never } from '../../support/sources/cxone-real-client.js';
import { listen, type Loopback, type Received, type Reply } from '../../support/gateway/loopback.js';

const { clientId, clientSecret, accessKeyId, tenantId } = DEFAULT_REPORTING_TENANT;
const LISTS = 'incontactapi/services/v34.0/skills';

const listSkills = (client: ReportingClient): ReturnType<ReportingClient['send']> =>
  client.send({ operation: 'page', method: 'GET', path: LISTS }, never());

const jwt = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

/** An issuer and API in one, whose answers a test may change one by one. */
async function startIssuer(
  t: TestContext,
  changes: { discovery?: unknown; grant?: (request: Received) => Reply; configuration?: unknown; api?: Reply } = {},
): Promise<Loopback> {
  const server = await listen(t, (request): Reply => {
    const origin = server.url.origin;
    if (request.path.includes('openid')) {
      return { status: 200, body: changes.discovery ?? { issuer: origin, token_endpoint: `${origin}/auth/token` } };
    }
    if (request.path.startsWith('/.well-known/cxone')) {
      return { status: 200, body: changes.configuration ?? { api_endpoint: `${origin}/api` } };
    }
    if (request.path === '/auth/token') {
      return changes.grant?.(request) ?? { status: 200, body: granted() };
    }
    return changes.api ?? { status: 200, body: {} };
  });
  return server;
}

function granted(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    access_token: 'opaque-token',
    token_type: 'Bearer',
    expires_in: 3_600,
    id_token: jwt({ tenantId }),
    ...change,
  };
}

describe('an access key', () => {
  for (const clientAuth of ['basic', 'post'] as const) {
    it(`leads to the tenant's API, with the client by ${clientAuth}`, async (t) => {
      const simulator = await startReal(t, { settings: { clientAuth } });
      const { client, told } = clientOf(t, simulator.url, { clientAuth });
      assert.equal((await listSkills(client)).status, 200);
      assert.deepEqual(await client.place(never()), { tenantId, apiBase: new URL(`${simulator.url}/`) });
      assert.deepEqual(told, simulator.reporting.issuedTokens());
      assert.deepEqual(
        simulator.journal.entries().map(({ operation }) => operation),
        ['discovery', 'grant', 'discovery', 'list'],
      );
    });
  }

  it('is asked about once, however many wait, and again when the token is old', async (t) => {
    const simulator = await startReal(t, { tokenLifetimeS: 400 });
    const { client, clock } = clientOf(t, simulator.url);
    await Promise.all([listSkills(client), listSkills(client), listSkills(client)]);
    assert.equal(simulator.journal.count({ operation: 'grant' }), 1);
    clock.now += 199_999;
    await listSkills(client);
    assert.equal(simulator.journal.count({ operation: 'grant' }), 1);
    clock.now += 1;
    await listSkills(client);
    assert.equal(simulator.journal.count({ operation: 'grant' }), 2);
    assert.equal(simulator.journal.count({ operation: 'discovery' }), 2, 'what does not change is asked for once');
  });

  it('gets one fresh token after a 401, and no second one', async (t) => {
    const simulator = await startReal(t, {}, { faults: { script: [{ on: 'list', fault: '401-revoked' }] } });
    const { client } = clientOf(t, simulator.url);
    assert.equal((await listSkills(client)).status, 200);
    assert.equal(simulator.journal.count({ operation: 'grant' }), 2);
    simulator.faults.add({ script: [{ on: 'list', fault: '401-revoked', times: 2 }] });
    const refused = await listSkills(client);
    assert.equal(refused.status, 401);
    assert.match(client.reason(refused) ?? '', /told to answer 401/);
    assert.equal(simulator.journal.count({ operation: 'grant' }), 3);
  });

  it('takes its tenant from either token, and refuses a grant that names none', async (t) => {
    const simulator = await startReal(t);
    for (const tenantClaim of ['id_token', 'access_token'] as const) {
      simulator.reporting.change({ tenantClaim });
      assert.equal((await clientOf(t, simulator.url).client.place(never())).tenantId, tenantId);
    }
    simulator.reporting.change({ tenantClaim: 'neither' });
    await failsWith(clientOf(t, simulator.url).client.token(never()), 'MalformedResponse', /names no tenant/);
  });

  it('lives with a grant that states no life, or states it as text', async (t) => {
    const simulator = await startReal(t, { settings: { expiresIn: 'absent' } });
    const { expiresAt, refreshAt } = await clientOf(t, simulator.url).client.token(never());
    assert.deepEqual([expiresAt, refreshAt], ['2026-11-09T00:15:00.000Z', '2026-11-09T00:10:00.000Z']);
    simulator.reporting.change({ expiresIn: 'text' });
    assert.equal((await clientOf(t, simulator.url).client.token(never())).refreshAt, '2026-11-09T00:55:00.000Z');
  });

  it('is form-encoded, whatever it holds', async (t) => {
    const server = await startIssuer(t);
    const secret = 'a&grant_type=x&b=c+d%20é====';
    await clientOf(t, server.url, { accessKeySecret: secret, clientAuth: 'post' }).client.token(never());
    const request = server.received.find(({ method }) => method === 'POST');
    assert.deepEqual(Object.fromEntries(new URLSearchParams(request?.body.toString())), {
      grant_type: 'password',
      username: accessKeyId,
      password: secret,
      client_id: clientId,
      client_secret: clientSecret,
    });
  });
});

describe('a refused access key', () => {
  for (const errors of ['spec', 'oauth', 'gateway', 'header', 'analytics', 'digital'] as const) {
    it(`says why, where the reason comes in the form "${errors}"`, async (t) => {
      const simulator = await startReal(t, { settings: { errors } });
      const { client } = clientOf(t, simulator.url, { accessKeySecret: 'wrong-secret-1' });
      const failure = await failsWith(client.token(never()), 'Unauthorized', /globex \(401: The access key is unknown/);
      assert.match(failure.message, /check the access key, and the client id and secret/);
    });
  }

  it('never comes back in a message, in whatever spelling it is quoted', async (t) => {
    const secret = 'very+secret/key&====';
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const quoted = [secret, encodeURIComponent(secret), basic].join(' and ');
    const grant = (): Reply => ({ status: 400, body: { error: 'invalid_grant', error_description: `no: ${quoted}` } });
    const server = await startIssuer(t, { grant });
    const { client } = clientOf(t, server.url, { accessKeySecret: secret });
    const { message } = await failsWith(client.token(never()), 'Unauthorized', /no: \[redacted\] and/);
    for (const piece of ['very', basic]) assert.ok(!message.includes(piece), message);
  });

  it('is a failure without a reason where the body is too large, or no JSON', async (t) => {
    for (const body of [Buffer.alloc(70_000, 32), '<html>no</html>']) {
      const server = await startIssuer(t, { grant: () => ({ status: 401, body }) });
      await failsWith(clientOf(t, server.url).client.token(never()), 'Unauthorized', /\(401\)/);
    }
  });

  it('is told apart from an issuer that is down or is none', async (t) => {
    const down = await startReal(t, {}, { faults: { script: [{ on: 'grant', fault: '503-retry-after' }] } });
    const { details } = await failsWith(clientOf(t, down.url).client.token(never()), 'UpstreamUnavailable', /503/);
    assert.equal(details.retryAfterMs, 1_000);
    const stranger = await listen(t, () => ({ status: 404, body: '' }));
    await failsWith(
      clientOf(t, stranger.url).client.token(never()),
      'MalformedResponse',
      /404; check the issuer of globex/,
    );
    const html = await startReal(t, {}, { faults: { script: [{ on: 'discovery', fault: 'html' }] } });
    await failsWith(clientOf(t, html.url).client.token(never()), 'MalformedResponse', /HTML/);
  });
});

describe('what an issuer names', () => {
  const hostile = [
    'http://issuer.example/auth/token',
    'https://evil.example/auth/token',
    'file:///etc/passwd',
    7,
    null,
  ];
  for (const endpoint of hostile) {
    it(`is not believed for a token endpoint (${String(endpoint)})`, async (t) => {
      const server = await startIssuer(t, { discovery: { token_endpoint: endpoint } });
      await failsWith(clientOf(t, server.url).client.token(never()), 'InvalidLocation', /token_endpoint/);
      assert.ok(
        server.received.every(({ method }) => method === 'GET'),
        'no credentials were sent',
      );
    });
  }

  it('is not believed for an API elsewhere, and is asked for again later', async (t) => {
    const configuration = { api_endpoint: 'https://api-na1.niceincontact.com.evil.example' };
    const server = await startIssuer(t, { configuration });
    const { client } = clientOf(t, server.url);
    await failsWith(client.token(never()), 'InvalidLocation', /api_endpoint/);
    configuration.api_endpoint = `${server.url.origin}/api/`;
    assert.equal((await client.place(never())).apiBase.href, `${server.url.origin}/api/`);
  });

  it('is made of area and domain where no API is named', async (t) => {
    const server = await startIssuer(t, { configuration: { area: 'uk1', domain: 'niceincontact.com' } });
    const { apiBase } = await clientOf(t, server.url).client.place(never());
    assert.equal(apiBase.href, 'https://api-uk1.niceincontact.com/');
    const strange = await startIssuer(t, { configuration: { area: 'uk1/x', domain: 'niceincontact.com' } });
    await failsWith(clientOf(t, strange.url).client.token(never()), 'MalformedResponse', /no api_endpoint/);
  });

  it('is below the path that the tenant’s API has', async (t) => {
    const server = await startIssuer(t);
    await listSkills(clientOf(t, server.url).client);
    assert.equal(server.received.at(-1)?.path, `/api/${LISTS}`);
    assert.equal(server.received.at(-1)?.headers.authorization, 'Bearer opaque-token');
  });

  it('may be on a host that configuration trusts', async (t) => {
    const server = await startIssuer(t, { configuration: { api_endpoint: 'https://api.gov.example' } });
    const { client } = clientOf(t, server.url, { trustedHosts: ['*.gov.example'] });
    assert.equal((await client.place(never())).apiBase.href, 'https://api.gov.example/');
  });
});
