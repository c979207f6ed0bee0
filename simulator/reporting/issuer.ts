import { randomBytes } from 'node:crypto';
import { fingerprintOf, type TokenGrant } from '../cxone/tokens.js';
import { originOf, spoiltAs, type ReportingCall, type ReportingOutcome, type ReportingState } from './api.js';
import { refuse } from './refusals.js';
import type { ReportingTenant } from './tenant.js';

export const DISCOVERY_PATH = '/.well-known/openid-configuration';
export const CONFIGURATION_PATH = '/.well-known/cxone-configuration';
export const GRANT_PATH = '/auth/token';

export function answerDiscovery({ settings }: ReportingState, call: ReportingCall): ReportingOutcome {
  const issuer = originOf(call);
  const body = {
    issuer,
    authorization_endpoint: `${issuer}/auth/authorize`,
    token_endpoint: `${issuer}${GRANT_PATH}`,
    end_session_endpoint: `${issuer}/auth/logout`,
    jwks_uri: `${issuer}/auth/jwks`,
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    scopes_supported: ['openid'],
    response_types_supported: ['code'],
  };
  return { operation: 'discovery', reply: { status: 200, body }, facts: {}, spoilt: spoiltAs(settings, 'spec') };
}

/** Where a tenant's API is. */
export function answerConfiguration(state: ReportingState, call: ReportingCall): ReportingOutcome {
  const { settings, tenants } = state;
  const asked = call.url.searchParams.get('tenantId');
  const tenant = tenants.find(({ tenantId }) => tenantId === asked);
  const common = { operation: 'discovery', facts: { ...(tenant && { org: tenant.org }) } } as const;
  const spoilt = spoiltAs(settings, 'spec');
  if (tenant === undefined) {
    const [status, reason] = asked === null ? [400, 'tenantId is required'] : [404, 'There is no such tenant'];
    return { ...common, reply: refuse(settings, 'spec', status, reason), spoilt };
  }
  const origin = originOf(call);
  const body = {
    private: false,
    ui_endpoint: origin,
    auth_endpoint: origin,
    ...(settings.apiEndpoint && { api_endpoint: origin }),
    area: tenant.area,
    cluster: tenant.cluster,
    domain: 'simulator.invalid',
    acdDomain: 'simulator.invalid',
    uhDomain: 'simulator.invalid',
    tenantId: tenant.tenantId,
  };
  return { ...common, reply: { status: 200, body }, spoilt };
}

/** Password grant: an access key as user name and password, the application by Basic or in the form. */
export function answerGrant(state: ReportingState, call: ReportingCall): ReportingOutcome {
  const { settings, tokens } = state;
  const spoilt = spoiltAs(settings, 'oauth');
  const refused = (status: number, error: string, description: string): ReportingOutcome => {
    const usual = { status, body: { error, error_description: description } };
    const reply = settings.errors === 'usual' ? usual : refuse(settings, 'oauth', status, description);
    return { operation: 'grant', reply, facts: {}, spoilt };
  };
  if (!/^application\/x-www-form-urlencoded\b/i.test(call.headers['content-type'] ?? '')) {
    return refused(400, 'invalid_request', 'The body must be application/x-www-form-urlencoded.');
  }
  const text = call.body?.toString() ?? '';
  const form = new URLSearchParams(text);
  if (form.get('grant_type') !== 'password') {
    return refused(400, 'unsupported_grant_type', 'Only password is simulated.');
  }
  const client = clientOf(state, call, form);
  if (client === undefined) return refused(401, 'invalid_client', 'Client authentication failed.');
  if (!isEncoded(text) || !ownsKey(client, form)) {
    return refused(401, 'invalid_grant', 'The access key is unknown, or its secret is wrong.');
  }
  const granted = grantFor(state, client, call);
  return {
    operation: 'grant',
    reply: { status: 200, headers: { 'cache-control': 'no-store' }, body: granted.body },
    facts: { org: client.org, tokenFingerprint: fingerprintOf(granted.grant.token) },
    spoilt,
    effect: () => {
      tokens.issue(granted.grant);
    },
  };
}

/** A `=` inside a value was sent as it is: the keys that end in it were not encoded. */
function isEncoded(form: string): boolean {
  return form.split('&').every((pair) => pair.split('=').length <= 2);
}

function ownsKey(tenant: ReportingTenant, form: URLSearchParams): boolean {
  return form.get('username') === tenant.accessKeyId && form.get('password') === tenant.accessKeySecret;
}

function clientOf(
  { settings, tenants }: ReportingState,
  call: ReportingCall,
  form: URLSearchParams,
): ReportingTenant | undefined {
  const basic = /^Basic ([\w+/=]+)$/i.exec(call.headers.authorization ?? '')?.[1];
  if (settings.clientAuth === 'post' && basic !== undefined) return undefined;
  if (basic === undefined) {
    if (settings.clientAuth === 'basic') return undefined;
    return tenants.find((tenant) => isClient(tenant, form.get('client_id'), form.get('client_secret')));
  }
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':');
  // RFC 6749 encodes both before they are joined; real clients were seen not to. Either is taken.
  return tenants.find((tenant) => isClient(tenant, id, secret) || isClient(tenant, decoded(id), decoded(secret)));
}

function isClient(tenant: ReportingTenant, id: string | null, secret: string | null): boolean {
  return id === tenant.clientId && secret === tenant.clientSecret;
}

function decoded(text: string): string | null {
  return new URLSearchParams(`text=${text.replaceAll('&', '%26')}`).get('text');
}

function grantFor(state: ReportingState, tenant: ReportingTenant, call: ReportingCall) {
  const { settings, tokenLifetimeS, tokenPrefix } = state;
  const { tenantClaim, expiresIn } = settings;
  const claims = {
    sub: `user:${tenant.tenantId}`,
    iss: originOf(call),
    aud: tenant.clientId,
    icBUId: tenant.businessUnitId,
    icClusterId: tenant.cluster,
    area: tenant.area,
    iat: Math.floor(call.nowMs / 1_000),
    exp: Math.floor(call.nowMs / 1_000) + tokenLifetimeS,
  };
  const naming = (token: 'id_token' | 'access_token'): object =>
    tenantClaim === 'both' || tenantClaim === token ? { ...claims, tenantId: tenant.tenantId } : claims;
  const token = tokenPrefix + webToken(naming('access_token'));
  const grant: TokenGrant = {
    token,
    org: tenant.org,
    scope: 'openid',
    expiresAtMs: call.nowMs + tokenLifetimeS * 1_000,
  };
  const life = expiresIn === 'text' ? String(tokenLifetimeS) : tokenLifetimeS;
  const body = {
    access_token: token,
    token_type: 'Bearer',
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    refresh_token: randomBytes(24).toString('base64url'),
    ...(expiresIn !== 'absent' && { expires_in: life }),
    id_token: webToken(naming('id_token')),
  };
  return { grant, body };
}

/** Three parts as a JWT has them. Nobody holds the key: the last part is chance. */
function webToken(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${randomBytes(32).toString('base64url')}`;
}
