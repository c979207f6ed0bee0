import type { Ambient, TokenInfo } from '../../ports/index.js';
import type { Operation } from '../http/errors.js';
import { malformed } from '../http/errors.js';
import type { HttpAnswer, HttpRequest } from '../http/http.js';
import { sendWithToken } from '../http/token-provider.js';
import { createAccessKeyAuth, type AccessKey, type TenantPlace } from './auth/access-key.js';
import { reasonIn } from './reason.js';

export interface ReportingClientOptions {
  /** The organisation, for messages. */
  readonly name: string;
  readonly accessKey: AccessKey;
  /** Sends once; see `createHttp`. A circuit may stand in front of it. */
  readonly exchange: (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;
  readonly ambient: Ambient;
  readonly limits: {
    /** For a fresh token with all that leads to it; of a document, until its head is there. */
    readonly requestDeadlineMs: number;
    /** A whole document. */
    readonly pageDeadlineMs: number;
    readonly bodyCapBytes: number;
  };
  readonly onToken?: (token: string) => void;
}

/** One request to a tenant's API. */
export interface ReportingCall {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST';
  /** Below the tenant's API, without a leading slash. */
  readonly path: string;
  readonly query?: URLSearchParams;
  /** Sent as JSON. */
  readonly body?: object;
  /** In place of the limits' one, where a call is known to take long. */
  readonly deadlineMs?: number;
}

/** One tenant of real CXone, by an access key. */
export interface ReportingClient {
  /** Where tokens are asked for, as the issuer says. Asks for no token. */
  discover(): Promise<URL>;
  token(signal: AbortSignal): Promise<TokenInfo>;
  /** Where the tenant is; asks for a token where none was granted yet. */
  place(signal: AbortSignal): Promise<TenantPlace>;
  /** Sends with a token; a 401 costs that token and is answered with one fresh one, once. */
  send(call: ReportingCall, signal: AbortSignal): Promise<HttpAnswer>;
  /** What an answer says against a request, without the secrets of this client. */
  reason(answer: HttpAnswer): string | undefined;
  /** A text that CXone wrote, without the secrets of this client. */
  hide(text: string): string;
}

const REASON_CAP_BYTES = 64 * 1024;

export function createReportingClient(options: ReportingClientOptions): ReportingClient {
  const { exchange, limits } = options;
  const auth = createAccessKeyAuth({ ...options, deadlineMs: limits.requestDeadlineMs });
  const { tokens, hider } = auth;
  const placeNow = (): TenantPlace => {
    const known = auth.place();
    // A token is only ever handed out after its tenant's place was read.
    if (known === undefined) throw malformed('token', 'led to no tenant');
    return known;
  };
  return {
    discover: () => auth.discover(),
    token: async (signal) => (await tokens.get(signal)).info,
    async place(signal) {
      await tokens.get(signal);
      return placeNow();
    },
    send: (call, signal) =>
      sendWithToken(
        tokens,
        ({ value }) => exchange(requestOf(call, value, placeNow().apiBase, limits), signal),
        signal,
      ),
    reason: (answer) => reasonIn(answer, hider),
    hide: (text) => hider.hide(text),
  };
}

function requestOf(
  { operation, method, path, query, body, deadlineMs }: ReportingCall,
  token: string,
  apiBase: URL,
  limits: ReportingClientOptions['limits'],
): HttpRequest {
  const url = new URL(path, apiBase);
  // Paths are ours, but names in them come from configuration: none may lead the token elsewhere.
  if (!url.href.startsWith(apiBase.href))
    throw malformed(operation, 'was to be asked for outside the API; check the version');
  if (query !== undefined) url.search = query.toString();
  return {
    operation,
    method,
    url,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headDeadlineMs: deadlineMs ?? limits.requestDeadlineMs,
    deadlineMs: deadlineMs ?? limits.pageDeadlineMs,
    bodyCapBytes: limits.bodyCapBytes,
    reasonCapBytes: REASON_CAP_BYTES,
  };
}
