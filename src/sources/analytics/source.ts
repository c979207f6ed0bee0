import type { Accepted, Ambient, Later, QuerySource } from '../../ports/index.js';
import type { CircuitLimits } from '../http/circuit.js';
import { CircuitOpen, CxoneError, type Operation } from '../http/errors.js';
import { createHttp, type HttpAnswer } from '../http/http.js';
import { resolveLocation } from './location.js';
import { createOrgClient, type OrgAccess, type OrgClient, type SourceLimits } from '../http/org-client.js';
import { later, queryIdIn, readResult } from './result-answer.js';
import { statusFailure } from '../http/status-failure.js';

export interface CxoneSourceOptions {
  /** By the name that requests use. */
  readonly orgs: Readonly<Record<string, OrgAccess>>;
  readonly ambient: Ambient;
  /** PEM; the only authorities trusted, in place of the built-in ones. */
  readonly ca?: string;
  /** Default: 60 s a request, 5 min a page, 64 MiB a page. */
  readonly limits?: Partial<SourceLimits>;
  /** Default: five in a row, one minute. */
  readonly circuit?: Partial<CircuitLimits>;
  /** Told of every token before its first use, so that the scrubber knows it. */
  readonly onToken?: (token: string) => void;
}

const LIMITS: SourceLimits = { requestDeadlineMs: 60_000, pageDeadlineMs: 300_000, bodyCapBytes: 64 * 1024 * 1024 };
const CIRCUIT: CircuitLimits = { consecutive503: 5, openMs: 60_000 };

const SUBMIT_PATH = '/api/v2/reporting/analytics';

/**
 * The reporting API of CXone as a source: token, submit, result and its pages. Throws {@link CxoneError}, or the reason
 * of the caller's own aborted signal. Retries nothing, one fresh token after a 401 aside.
 * `close` breaks off what is under way.
 */
export function createCxoneSource(options: CxoneSourceOptions): QuerySource & { close(): Promise<void> } {
  const http = createHttp(options);
  const orgOf = createOrgs(options, http);
  return {
    token: async (org, signal) => orgOf(org, 'token').token(signal),
    async submit({ org: name, query, idempotencyKey }, signal) {
      const org = orgOf(name, 'submit');
      const url = new URL(SUBMIT_PATH, org.baseUrl);
      const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
      return laterWhileOpen(async () => {
        const call = { operation: 'submit', method: 'POST', url, headers, body: JSON.stringify(query) } as const;
        return readSubmission(await org.send(call, signal), org.baseUrl);
      });
    },
    async get({ org: name, location, keys, pageToken }, signal) {
      const operation = pageToken === undefined ? 'poll' : 'page';
      const org = orgOf(name, operation);
      const url = resolveLocation(location, org.baseUrl);
      if (!url) throw invalidLocation(operation, 'none');
      if (pageToken !== undefined) url.searchParams.set('pageToken', pageToken);
      return laterWhileOpen(async () => {
        const answer = await org.send({ operation, method: 'GET', url }, signal);
        return readResult(answer, operation, keys);
      });
    },
    close: () => http.close(),
  };
}

function createOrgs(
  { orgs, ambient, onToken, limits, circuit }: CxoneSourceOptions,
  http: ReturnType<typeof createHttp>,
): (name: string, operation: Operation) => OrgClient {
  const shared = { http, ambient, onToken, limits: { ...LIMITS, ...limits }, circuit: { ...CIRCUIT, ...circuit } };
  const clients = new Map(
    Object.entries(orgs).map(([name, access]) => [name, createOrgClient({ ...shared, name, access })]),
  );
  return (name, operation) => {
    const client = clients.get(name);
    if (client) return client;
    const message = `This worker has no credentials for the organisation ${name}; configure them.`;
    throw new CxoneError('Unauthorized', message, { operation, effect: 'none' });
  };
}

async function laterWhileOpen<T>(work: () => Promise<T>): Promise<T | Later> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CircuitOpen) return later('circuit open', error.details);
    throw error;
  }
}

function readSubmission(answer: HttpAnswer, baseUrl: URL): Accepted | Later {
  switch (answer.status) {
    case 202: {
      const url = answer.location === undefined ? undefined : resolveLocation(answer.location, baseUrl);
      if (!url)
        throw invalidLocation('submit', 'unknown', answer.location === undefined ? 'no Location' : 'one elsewhere');
      return { state: 'accepted', location: `${url.pathname}${url.search}`, queryId: queryIdIn(answer.body) };
    }
    case 429:
      return later('rate limited', answer);
    case 503:
      return later('unavailable', answer);
    default:
      throw statusFailure(answer, 'submit');
  }
}

/** @param effect `unknown` after a 202: a query runs upstream, but nobody knows where */
function invalidLocation(operation: Operation, effect: 'none' | 'unknown', named = 'one elsewhere'): CxoneError {
  const message = `The source gave no usable location for the result (${named}); expected a path below /api/v2/reporting/. The location was not contacted.`;
  return new CxoneError('InvalidLocation', message, { operation, effect });
}
