import type { ServedPage } from '../http/reply.js';
import { authorise, refusal, RESULTS_PATH, revoking, type Api, type CxoneFacts, type Endpoint } from './api.js';
import type { AcceptedQuery } from './queries.js';

/** `GET …/results/{queryId}`: 202 while the query runs, then a page; the first one unless `?pageToken=` names another. */
export const answerResult: Endpoint = (api, call) => {
  const pageToken = call.url.searchParams.get('pageToken');
  const operation = pageToken === null ? 'poll' : 'page';
  const queryId = call.url.pathname.slice(RESULTS_PATH.length);
  const asked: CxoneFacts = { queryId, ...(pageToken !== null && { pageToken }) };
  const authorised = authorise(api, call, ['reporting:analytics:read']);
  const facts: CxoneFacts = { ...authorised.facts, ...asked };
  if ('refused' in authorised) return { operation, reply: authorised.refused, facts };
  const common = { operation, subject: queryId, revokeToken: revoking(api, authorised) } as const;

  const query = api.queries.find(authorised.grant.org, queryId);
  if (query === undefined) {
    return { ...common, reply: refusal(404, 'QUERY_NOT_FOUND', 'There is no such query.'), facts };
  }
  const count = (): void => {
    query.polls += 1;
  };
  if (!isReady(api, query, call.nowMs)) {
    return { ...common, reply: { status: 202, body: { queryId, status: 'RUNNING' } }, facts, effect: count };
  }
  const index = pageToken === null ? 0 : api.queries.pageOf(query, pageToken);
  if (index === undefined) {
    return {
      ...common,
      reply: refusal(400, 'INVALID_PAGE_TOKEN', 'The page token does not belong to this query.'),
      facts,
    };
  }
  const page: ServedPage = api.queries.page(query, index);
  return {
    ...common,
    reply: { status: 200, body: page.document },
    facts: { ...facts, page: index, rows: page.document.data.length },
    effect: count,
    page,
  };
};

const HOUR_MS = 3_600_000;

function isReady({ options }: Api, { query, polls: polled, submittedAtMs }: AcceptedQuery, nowMs: number): boolean {
  const { ms = 0, polls = options.run?.ms === undefined ? 1 : 0, neverAboveHours = Infinity } = options.run ?? {};
  const hours = (Date.parse(query.dateTo) - Date.parse(query.dateFrom)) / HOUR_MS;
  return hours <= neverAboveHours && polled >= polls && nowMs - submittedAtMs >= ms;
}
