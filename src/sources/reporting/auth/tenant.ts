import { CxoneError, malformed } from '../../http/errors.js';
import type { HttpAnswer } from '../../http/http.js';
import { isJsonObject, parseJson, parseJsonObject } from '../../http/json-body.js';
import { trustedUrl, type Trust } from './trusted-url.js';

const TENANT_ID = /^[\w-]{1,100}$/;
const AREA = /^[a-z0-9]{1,20}$/i;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,20}$/i;

/** Where tokens are asked for, as the issuer's discovery document says. */
export function tokenEndpointIn(answer: HttpAnswer, trust: Trust): URL {
  const document = parseJsonObject(answer.body, 'token');
  return trustedUrl(document['token_endpoint'], trust) ?? untrusted('token_endpoint');
}

/** The tenant that a grant belongs to: a claim of its `id_token`, or of its `access_token`. */
export function tenantIdIn(answer: HttpAnswer): string {
  const document = parseJsonObject(answer.body, 'token');
  for (const token of [document['id_token'], document['access_token']]) {
    const tenantId = claimsOf(token)['tenantId'];
    if (typeof tenantId === 'string' && TENANT_ID.test(tenantId)) return tenantId;
  }
  throw malformed('token', 'names no tenant, neither in its id_token nor in its access_token', { status: 200 });
}

/** Unverified on purpose: it came from the issuer itself, and decides nothing but which configuration to ask for. */
function claimsOf(token: unknown): Readonly<Record<string, unknown>> {
  if (typeof token !== 'string') return {};
  const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url'));
  return isJsonObject(claims) ? claims : {};
}

/** Where the tenant's API is: `api_endpoint`, else what its area and domain make. Its path ends in a slash. */
export function apiBaseIn(answer: HttpAnswer, trust: Trust): URL {
  const { api_endpoint: endpoint, area, domain } = parseJsonObject(answer.body, 'token');
  const stated = typeof endpoint === 'string' && endpoint !== '' ? endpoint : madeOf(area, domain);
  if (stated === undefined) {
    throw malformed('token', 'names no API of the tenant: no api_endpoint, and no area and domain to make it of', {
      status: 200,
    });
  }
  const base = trustedUrl(stated, trust) ?? untrusted('api_endpoint');
  base.search = '';
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return base;
}

function madeOf(area: unknown, domain: unknown): string | undefined {
  if (typeof area !== 'string' || typeof domain !== 'string') return undefined;
  return AREA.test(area) && DOMAIN.test(domain) ? `https://api-${area}.${domain}` : undefined;
}

function untrusted(what: string): never {
  const message = `The issuer named no usable ${what}, or one on a host that is not trusted; nothing was sent there. Add the host to the trusted ones if it is right.`;
  throw new CxoneError('InvalidLocation', message, { operation: 'token', effect: 'none' });
}
