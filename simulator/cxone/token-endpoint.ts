import type { Reply } from '../http/reply.js';
import { DEFAULT_TENANT } from './credentials.js';
import type { Endpoint } from './api.js';
import { fingerprintOf } from './tokens.js';

/** `POST /api/v2/oauth/token`: client credentials as form fields. Errors are those of RFC 6749, section 5.2. */
export const answerToken: Endpoint = ({ options, tokens }, call) => {
  const refused = (status: number, error: string, description: string) => {
    const reply: Reply = { status, body: { error, error_description: description } };
    return { operation: 'token' as const, reply, facts: {} };
  };
  if (!/^application\/x-www-form-urlencoded\b/i.test(call.headers['content-type'] ?? '')) {
    return refused(400, 'invalid_request', 'The body must be application/x-www-form-urlencoded.');
  }
  const form = new URLSearchParams(call.body?.toString() ?? '');
  if (form.get('grant_type') !== 'client_credentials') {
    return refused(400, 'unsupported_grant_type', 'Only client_credentials is supported.');
  }
  const tenant = (options.tenants ?? [DEFAULT_TENANT]).find(
    ({ clientId, clientSecret }) => form.get('client_id') === clientId && form.get('client_secret') === clientSecret,
  );
  if (tenant === undefined) return refused(401, 'invalid_client', 'Unknown client, or wrong secret.');

  const grant = tokens.prepare(tenant, call.nowMs);
  const expiresIn = Math.round((grant.expiresAtMs - call.nowMs) / 1_000);
  const body = { access_token: grant.token, token_type: 'Bearer', expires_in: expiresIn, scope: grant.scope };
  return {
    operation: 'token',
    reply: { status: 200, headers: { 'cache-control': 'no-store' }, body },
    facts: { org: tenant.org, tokenFingerprint: fingerprintOf(grant.token) },
    effect: () => {
      tokens.issue(grant);
    },
  };
};
