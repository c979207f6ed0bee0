import type { PageMemory } from '../../async/page-memory.js';
import type { Network } from '../../network/proxies.js';
import type { Accepted, Admission, Ambient, Catalogue, Later, Source, SourceRules } from '../../ports/index.js';
import { DEFAULT_CIRCUIT, type CircuitLimits } from '../http/circuit.js';
import { CircuitOpen, CxoneError, type Operation } from '../http/errors.js';
import { createHttp, type HttpAnswer } from '../http/http.js';
import { parseJson } from '../http/json-body.js';
import { queryNamedBy, resolveLocation, SUBMIT_PATH } from './location.js';
import { DEFAULT_LIMITS, createOrgClient, type OrgAccess, type SourceLimits } from '../http/org-client.js';
import { isOutstanding, later, queryIdIn, readResult } from './result-answer.js';
import { statusFailure } from '../http/status-failure.js';

export interface AnalyticsSourceOptions {
  readonly org: string;
  readonly access: OrgAccess;
  readonly catalogue: Catalogue;
  readonly ambient: Ambient;
  /** PEM; the only authorities trusted, in place of the built-in ones. */
  readonly ca?: string;
  /** Room for pages; unbounded unless given. */
  readonly memory?: PageMemory | undefined;
  /** Proxies, and who asks; directly unless given. */
  readonly network?: Network;
  /** Default: 60 s a request, 5 min a page, 64 MiB a page. */
  readonly limits?: Partial<SourceLimits>;
  /** Default: five in a row, one minute. */
  readonly circuit?: Partial<CircuitLimits>;
  /** Shared by all workers; absent: a circuit of this process alone. */
  readonly admission?: Admission | undefined;
  /** Told of every token before its first use, so that the scrubber knows it. */
  readonly onToken?: (token: string) => void;
}

const RULES: SourceRules = {
  notFoundGraceMs: 60_000,
  dateKey: 'date',
  aggregates: true,
  askAgain: true,
  lostSubmission: 'orphan',
};

/**
 * The analytics API of CXone: a query is accepted with a `Location`, its result has pages by token. It has no way to end
 * a query, so there is no `abort`. Throws {@link CxoneError}. `close` breaks off what is under way.
 */
export function createAnalyticsSource(options: AnalyticsSourceOptions): Source & { close(): Promise<void> } {
  const { org: name, access, ambient, onToken, catalogue, admission } = options;
  const http = createHttp(options);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const circuit = { ...DEFAULT_CIRCUIT, ...options.circuit };
  const org = createOrgClient({ name, access, http, ambient, onToken, limits, circuit, admission });
  return {
    kind: 'analytics',
    catalogue,
    rules: RULES,
    token: (signal) => org.token(signal),
    async submit({ query, idempotencyKey, repeated }, signal) {
      const url = new URL(SUBMIT_PATH, org.baseUrl);
      const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
      return laterWhileOpen(async () => {
        const call = { operation: 'submit', method: 'POST', url, headers, body: JSON.stringify(query) } as const;
        return readSubmission(await org.send(call, signal), url, repeated ?? false);
      });
    },
    async read({ ticket, cursor, keys, queryId = null }, signal) {
      const operation = cursor === null ? 'poll' : 'page';
      const url = resolveLocation(ticket, org.baseUrl);
      if (!url) throw invalidLocation(operation, 'none');
      const namedByTicket = queryNamedBy(url);
      if (cursor !== null) url.searchParams.set('pageToken', cursor);
      return laterWhileOpen(async () => {
        const answer = await org.send({ operation, method: 'GET', url }, signal);
        const result = await readResult(answer, { operation, keys, queryId: queryId ?? namedByTicket ?? null });
        return result.state === 'page' && namedByTicket !== undefined ? { ...result, namedByTicket } : result;
      });
    },
    close: () => http.close(),
  };
}

async function laterWhileOpen<T>(work: () => Promise<T>): Promise<T | Later> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CircuitOpen) return later(error.reason, error.details);
    throw error;
  }
}

function readSubmission(answer: HttpAnswer, request: URL, repeated: boolean): Accepted | Later {
  switch (answer.status) {
    case 202:
      return accepted(answer, request);
    case 409:
      // The submission before this one is still under way; a first one has none before it.
      if (repeated || isOutstanding(answer)) return later('submission outstanding', answer);
      throw statusFailure(answer, 'submit');
    case 429:
      return later('rate limited', answer);
    case 503:
      return later('unavailable', answer);
    default:
      throw statusFailure(answer, 'submit');
  }
}

/** The ticket is path and query of the `Location`, below `/api/v2/reporting/` on the source's own origin. */
function accepted({ location, body, bodyBroken, retryAfterMs }: HttpAnswer, request: URL): Accepted {
  const url = location === undefined ? undefined : resolveLocation(location, request);
  if (!url) throw invalidLocation('submit', 'unknown', location === undefined ? 'no Location' : 'one elsewhere');
  const isBroken = bodyBroken === true || (body.byteLength > 0 && parseJson(body) === undefined);
  return {
    state: 'accepted',
    ticket: `${url.pathname}${url.search}`,
    queryId: queryIdIn(body),
    ...(isBroken && { broken: true }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** @param effect `unknown` after a 202: a query runs upstream, but nobody knows where */
function invalidLocation(operation: Operation, effect: 'none' | 'unknown', named = 'one elsewhere'): CxoneError {
  const message = `The source gave no usable location for the result (${named}); expected a path below /api/v2/reporting/. The location was not contacted.`;
  return new CxoneError('InvalidLocation', message, { operation, effect });
}
