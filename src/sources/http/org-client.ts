import type { Admission, Ambient, TokenInfo } from '../../ports/index.js';
import { circuitOf, type CircuitLimits } from './circuit.js';
import type { Operation } from './errors.js';
import type { Http, HttpAnswer } from './http.js';
import { readGrant, tokenForm } from './token-endpoint.js';
import { createTokenProvider, sendWithToken } from './token-provider.js';

/** How one organisation's API is reached. */
export interface OrgAccess {
  /** From `parseBaseUrl` or `defaultBaseUrl`. */
  readonly baseUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface SourceLimits {
  /** A whole token or submit exchange; of a poll or page, until the head is there. */
  readonly requestDeadlineMs: number;
  /** A whole poll or page: at 64 MiB a body takes its time. */
  readonly pageDeadlineMs: number;
  /** One page. */
  readonly bodyCapBytes: number;
}

export const DEFAULT_LIMITS: SourceLimits = {
  requestDeadlineMs: 60_000,
  pageDeadlineMs: 300_000,
  bodyCapBytes: 64 * 1024 * 1024,
};

export interface OrgClientOptions {
  readonly name: string;
  readonly access: OrgAccess;
  readonly http: Http;
  readonly limits: SourceLimits;
  readonly circuit: CircuitLimits;
  readonly admission?: Admission | undefined;
  readonly ambient: Ambient;
  readonly onToken?: ((token: string) => void) | undefined;
}

/** One request to the API; its `Authorization` is added on the way out. */
export interface Call {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One organisation: its credentials, its token, its circuit. */
export interface OrgClient {
  readonly baseUrl: URL;
  token(signal: AbortSignal): Promise<TokenInfo>;
  /** Sends with a token; a 401 costs that token and is answered with one fresh one, once. */
  send(call: Call, signal: AbortSignal): Promise<HttpAnswer>;
}

const TOKEN_PATH = '/api/v2/oauth/token';
const SMALL_BODY_BYTES = 1024 * 1024;

export function createOrgClient({ name, access, http, limits, ambient, ...options }: OrgClientOptions): OrgClient {
  const { baseUrl, clientId, clientSecret } = access;
  const circuit = circuitOf(options.circuit, ambient, options.admission);

  const exchange = (call: Call, signal: AbortSignal): Promise<HttpAnswer> => {
    const isGet = call.method === 'GET';
    const request = {
      ...call,
      headers: call.headers ?? {},
      headDeadlineMs: limits.requestDeadlineMs,
      deadlineMs: isGet ? limits.pageDeadlineMs : limits.requestDeadlineMs,
      bodyCapBytes: isGet ? limits.bodyCapBytes : SMALL_BODY_BYTES,
    };
    return circuit.run(call.operation, () => http.exchange(request, signal));
  };

  const tokenCall: Call = {
    operation: 'token',
    method: 'POST',
    url: new URL(TOKEN_PATH, baseUrl),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: tokenForm(clientId, clientSecret),
  };
  const tokens = createTokenProvider({
    ambient,
    onToken: options.onToken,
    grant: async () => readGrant(await exchange(tokenCall, new AbortController().signal), name),
  });

  return {
    baseUrl,
    token: async (signal) => (await tokens.get(signal)).info,
    send: (call, signal) =>
      sendWithToken(
        tokens,
        ({ value }) => exchange({ ...call, headers: { ...call.headers, authorization: `Bearer ${value}` } }, signal),
        signal,
      ),
  };
}
