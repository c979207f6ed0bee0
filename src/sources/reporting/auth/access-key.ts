import type { Ambient } from '../../../ports/index.js';
import { malformed, type CxoneError } from '../../http/errors.js';
import type { HttpAnswer, HttpRequest } from '../../http/http.js';
import { statusFailure } from '../../http/status-failure.js';
import { readGrant, type Grant } from '../../http/token-endpoint.js';
import { createTokenProvider, type TokenProvider } from '../../http/token-provider.js';
import { createSecretHider, reasonIn, type SecretHider } from '../reason.js';
import { apiBaseIn, tenantIdIn, tokenEndpointIn } from './tenant.js';
import type { Trust } from './trusted-url.js';

/** What a person was given by CXone: an access key of a user, and the application that uses it. */
export interface AccessKey {
  /** From `parseBaseUrl`: an origin, https unless on loopback. */
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How the application is registered: `client_secret_basic` or `client_secret_post`. */
  readonly clientAuth: 'basic' | 'post';
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Hosts beside the vendor's own that tokens may go to. */
  readonly trustedHosts?: readonly string[];
}

/** Where a tenant is, as its own configuration says. */
export interface TenantPlace {
  readonly tenantId: string;
  /** Path ends in a slash. */
  readonly apiBase: URL;
}

export interface AccessKeyOptions {
  /** The organisation, for messages. */
  readonly name: string;
  readonly accessKey: AccessKey;
  /** Sends once; see `createHttp`. */
  readonly exchange: (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;
  readonly ambient: Ambient;
  /** For discovery, grant and configuration together. */
  readonly deadlineMs: number;
  /** Told of every token before its first use, so that the scrubber knows it. */
  readonly onToken?: ((token: string) => void) | undefined;
}

export interface AccessKeyAuth {
  readonly tokens: TokenProvider;
  readonly hider: SecretHider;
  /** Where tokens are asked for, as the issuer says. */
  discover(): Promise<URL>;
  /** Of the tenant whose token was granted last. Known from the first token on. */
  place(): TenantPlace | undefined;
}

/**
 * Life of a token whose grant states none, as RFC 6749 (5.1) allows: a quarter of the hour that is documented. One that
 * ends earlier costs a 401 and a fresh one.
 */
const DEFAULT_EXPIRES_IN_S = 900;
const DISCOVERY = '/.well-known/openid-configuration';
const CONFIGURATION = '/.well-known/cxone-configuration';
const BODY_CAP_BYTES = 64 * 1024;
const GRANT_RULES = {
  defaultExpiresInS: DEFAULT_EXPIRES_IN_S,
  credentials: 'the access key, and the client id and secret',
  right: 'give the user of the access key, and the application, that right',
} as const;

/** Tokens for an access key: discovery, password grant, tenant configuration. What does not change is asked for once. */
export function createAccessKeyAuth(options: AccessKeyOptions): AccessKeyAuth {
  const { name, accessKey, ambient, onToken } = options;
  const { issuer, clientSecret, accessKeySecret, trustedHosts } = accessKey;
  const basic = basicOf(accessKey);
  const hider = createSecretHider([clientSecret, accessKeySecret, accessKey.accessKeyId, basic]);
  const trust: Trust = { issuer, hosts: trustedHosts };
  const reason = (answer: HttpAnswer): string | undefined => reasonIn(answer, hider);
  let tokenEndpoint: URL | undefined;
  let place: TenantPlace | undefined;

  const discover = async (get: Get): Promise<URL> =>
    (tokenEndpoint ??= tokenEndpointIn(await get(new URL(DISCOVERY, issuer)), trust));

  const grantOnce = async (get: Get): Promise<Grant> => {
    const answer = await get(await discover(get), passwordGrant(accessKey, basic));
    const granted = readGrant(answer, name, { ...GRANT_RULES, reason });
    hider.learn(granted.token);
    onToken?.(granted.token);
    const tenantId = tenantIdIn(answer);
    if (place?.tenantId !== tenantId) {
      const url = new URL(CONFIGURATION, issuer);
      url.searchParams.set('tenantId', tenantId);
      place = { tenantId, apiBase: apiBaseIn(await get(url), trust) };
    }
    return granted;
  };

  const grant = async (): Promise<Grant> => {
    try {
      return await grantOnce(getter(options, reason));
    } catch (error) {
      // The issuer may have moved its endpoint, or the tenant: the next attempt asks again.
      tokenEndpoint = undefined;
      throw error;
    }
  };
  return {
    tokens: createTokenProvider({ grant, ambient }),
    hider,
    discover: () => discover(getter(options, reason)),
    place: () => place,
  };
}

type Get = (url: URL, post?: Pick<HttpRequest, 'headers' | 'body'>) => Promise<HttpAnswer>;

/** Sends within what is left of one deadline. A POST's refusal is left to its reader; any other status but 200 is a failure. */
function getter({ exchange, ambient, deadlineMs, name }: AccessKeyOptions, reason: Reason): Get {
  const endsAt = ambient.now() + deadlineMs;
  return async (url, post) => {
    const leftMs = Math.max(1, endsAt - ambient.now());
    const request: HttpRequest = {
      operation: 'token',
      method: post === undefined ? 'GET' : 'POST',
      url,
      headers: {},
      headDeadlineMs: leftMs,
      deadlineMs: leftMs,
      bodyCapBytes: BODY_CAP_BYTES,
      reasonCapBytes: BODY_CAP_BYTES,
      ...post,
    };
    // A token is shared by all who wait for it: no caller's signal may end it for the others.
    const answer = await exchange(request, new AbortController().signal);
    if (post === undefined && answer.status !== 200) throw notAnIssuer(answer, name, reason);
    return answer;
  };
}

type Reason = (answer: HttpAnswer) => string | undefined;

/** Discovery and configuration need no rights: a refusal means that something else stands there. */
function notAnIssuer(answer: HttpAnswer, name: string, reason: Reason): CxoneError {
  const failure = statusFailure(answer, 'token', { reason });
  if (failure.failureType === 'UpstreamUnavailable') return failure;
  const { status } = answer;
  const said = [status, reason(answer)].filter((part) => part !== undefined).join(': ');
  return malformed('token', `is ${said}; check the issuer of ${name}`, { status });
}

/** The key as user name and password. Keys end in `====`: as they are, without the encoding, they are refused. */
function passwordGrant(accessKey: AccessKey, basic: string): Pick<HttpRequest, 'headers' | 'body'> {
  const { accessKeyId: username, accessKeySecret: password, clientId, clientSecret } = accessKey;
  const form = new URLSearchParams({ grant_type: 'password', username, password });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  if (accessKey.clientAuth === 'basic') {
    return { headers: { ...headers, authorization: `Basic ${basic}` }, body: form.toString() };
  }
  form.set('client_id', clientId);
  form.set('client_secret', clientSecret);
  return { headers, body: form.toString() };
}

/** Joined as they are, without the form encoding of RFC 6749 (2.3.1): so did every public client that was seen to work. */
function basicOf({ clientId, clientSecret }: AccessKey): string {
  return Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
}
