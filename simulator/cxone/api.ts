import type { SourceQuery } from '../../src/contract/request/request.js';
import type { ArrivedRequest, Outcome, Reply } from '../http/reply.js';
import type { ReportingFacts } from '../reporting/api.js';
import type { DataSettingsInput } from '../rows/settings.js';
import type { SimulatorOptions } from './options.js';
import type { QueryBook } from './queries.js';
import type { RateLimiter } from './rate-limit.js';
import { fingerprintOf, type TokenDesk, type TokenGrant } from './tokens.js';
import type { QueryProblem } from './validate.js';

export const TOKEN_PATH = '/api/v2/oauth/token';
export const ANALYTICS_PATH = '/api/v2/reporting/analytics';
export const RESULTS_PATH = `${ANALYTICS_PATH}/results/`;

/** What the journal says of a request beside operation, effect, status and fault. */
export interface CxoneFacts extends ReportingFacts {
  readonly org?: string;
  /** First 12 hex digits of the bearer token's SHA-256: of the one presented, or of the one issued. */
  readonly tokenFingerprint?: string;
  readonly queryId?: string;
  readonly idempotencyKey?: string;
  /** Of a submission: what was asked for. */
  readonly query?: SourceQuery;
  /** Of a submission: its key was known, and no new query was made. */
  readonly repeated?: true;
  readonly pageToken?: string;
  /** Of a result page that could be served: its 0-based number and its rows. */
  readonly page?: number;
  readonly rows?: number;
}

/** What the endpoints work on. */
export interface Api {
  readonly options: SimulatorOptions;
  readonly tokens: TokenDesk;
  readonly queries: QueryBook;
  readonly limiter: RateLimiter;
  readonly readQuery: (body: unknown) => SourceQuery | readonly QueryProblem[];
  /** Data of queries submitted from now on. */
  data: DataSettingsInput;
}

/** A request to an endpoint of the API, at a moment. */
export interface ApiCall extends ArrivedRequest {
  readonly nowMs: number;
}

/** Judges a request, and says what carrying it out would do. */
export type Endpoint = (api: Api, call: ApiCall) => Outcome<CxoneFacts>;

/** An error document of the API. */
export function refusal(status: number, error: string, message: string, more: object = {}): Reply {
  return { status, body: { error, message, ...more } };
}

type Authorised =
  { readonly grant: TokenGrant; readonly facts: CxoneFacts } | { readonly refused: Reply; readonly facts: CxoneFacts };

/** Checks bearer token, rate limit and scope, in this order. */
export function authorise(api: Api, call: ApiCall, scopes: readonly string[]): Authorised {
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(call.headers.authorization ?? '')?.[1];
  if (token === undefined) return { refused: unauthorised('There is no bearer token.'), facts: {} };
  const facts: CxoneFacts = { tokenFingerprint: fingerprintOf(token) };
  const grant = api.tokens.check(token, call.nowMs);
  if (grant === undefined) return { refused: unauthorised('The token is unknown, expired or revoked.'), facts };
  const known = { ...facts, org: grant.org };
  const waitS = api.limiter.take(grant.org, call.nowMs);
  if (waitS !== undefined) {
    const reply = refusal(429, 'RATE_LIMITED', `Too many requests; try again in ${waitS} s.`);
    return { refused: { ...reply, headers: { 'retry-after': String(waitS) } }, facts: known };
  }
  const lacking = scopes.filter((scope) => !grant.scope.split(' ').includes(scope));
  if (lacking.length > 0) {
    return { refused: refusal(403, 'INSUFFICIENT_SCOPE', `The token lacks ${lacking.join(' and ')}.`), facts: known };
  }
  return { grant, facts: known };
}

function unauthorised(message: string): Reply {
  return { ...refusal(401, 'INVALID_TOKEN', message), headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };
}

/** The bearer token that a `401-revoked` takes back. */
export function revoking({ tokens }: Api, { grant }: { grant: TokenGrant }): () => void {
  return () => {
    tokens.revoke(grant.token);
  };
}
