import type { TestContext } from 'node:test';
import type { SourceQuery } from '../../../src/contract/request/request.js';
import { createAnalyticsSource, type AnalyticsSourceOptions } from '../../../src/sources/analytics/source.js';
import { listen, type Loopback, type Received, type Reply } from '../gateway/loopback.js';
import { CATALOGUE } from './directory.js';

export const ORG = 'acme';
export const LOCATION = '/api/v2/reporting/analytics/q-1';
export const ROW_KEYS = { dateKey: 'date', metrics: ['journeyCompletionRate'], dimensions: ['journeyId'] };

export const QUERY: SourceQuery = {
  reportType: 'journey-execution',
  metric: ['journeyCompletionRate'],
  dimension: ['journeyId'],
  filter: {},
  timeGroupBy: 'day',
  dateFrom: '2026-11-01T00:00:00Z',
  dateTo: '2026-11-08T00:00:00Z',
  limit: 10_000,
};

export const never = (): AbortSignal => new AbortController().signal;

/** A page as the API sends it, changed where a test wants it otherwise. */
export function page(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { queryId: 'q-1', data: [{ date: '2026-11-01', journeyId: 'j-1' }], totalCount: 1, ...changes };
}

export const isTokenRequest = ({ path }: Received): boolean => path === '/api/v2/oauth/token';

/** Grants `token-1`, `token-2`, … */
export function grants(expiresIn: unknown = 3_600): () => Reply {
  let granted = 0;
  return () => {
    granted += 1;
    return { status: 200, body: { access_token: `token-${granted}`, token_type: 'Bearer', expires_in: expiresIn } };
  };
}

export interface Api extends Loopback {
  /** Requests other than those for a token. */
  readonly calls: () => Received[];
  readonly source: ReturnType<typeof createAnalyticsSource>;
  /** Milliseconds since the epoch, as the source sees them. */
  readonly clock: { now: number };
}

/** A source in front of a server that grants tokens and otherwise answers as told. */
export async function startApi(
  t: TestContext,
  answer: (request: Received) => Reply | Promise<Reply>,
  options: Partial<AnalyticsSourceOptions> & {
    grant?: (request: Received) => Reply | Promise<Reply>;
    secret?: string;
  } = {},
): Promise<Api> {
  const { grant = grants(), secret = 'secret', ...sourceOptions } = options;
  const server = await listen(t, (request) => (isTokenRequest(request) ? grant(request) : answer(request)));
  const clock = { now: Date.UTC(2026, 10, 9) };
  const source = createAnalyticsSource({
    org: ORG,
    access: { baseUrl: server.url, clientId: 'client', clientSecret: secret },
    catalogue: CATALOGUE,
    ambient: { now: () => clock.now, random: () => 0.5 },
    ...sourceOptions,
  });
  t.after(() => source.close());
  return { ...server, source, clock, calls: () => server.received.filter((request) => !isTokenRequest(request)) };
}

export function submit(api: Api, signal = never()): ReturnType<Api['source']['submit']> {
  return api.source.submit({ query: QUERY, idempotencyKey: 'key-1' }, signal);
}

export function poll(
  api: Api,
  changes: { ticket?: string; cursor?: string } = {},
  signal = never(),
): ReturnType<Api['source']['read']> {
  return api.source.read({ ticket: LOCATION, cursor: null, keys: ROW_KEYS, ...changes }, signal);
}
