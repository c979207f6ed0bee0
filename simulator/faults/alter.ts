import type { Outcome, PageDocument, Reply, ServedPage } from '../http/reply.js';
import type { Fault, RetryAfter } from './fault.js';

export const LOGIN_PATH = '/__login';
export const LOGIN_PAGE =
  '<!doctype html><html><head><title>Sign in</title></head><body><form>Please sign in.</form></body></html>';

/** The answer as the fault leaves it; null: none at all. Faults of transport leave it alone. */
export function alter(outcome: Outcome<object>, fault: Fault, nowMs: number): Reply | null {
  const { reply } = outcome;
  const own = outcome.spoilt?.(fault);
  if (own !== undefined && fault.kind !== 'status') return own;
  switch (fault.kind) {
    case 'drop':
      return null;
    case 'status':
      return {
        ...(own ?? {
          body: { error: 'SIMULATED_FAULT', message: `The simulator was told to answer ${fault.status}.` },
        }),
        status: fault.status,
        headers: {
          ...own?.headers,
          ...(fault.retryAfter !== undefined && { 'retry-after': retryAfterValue(fault.retryAfter, nowMs) }),
        },
      };
    case 'html':
      return { status: 200, body: LOGIN_PAGE };
    case 'wrong-json':
      return { status: 200, body: { greeting: 'This is JSON, but not what was requested.' } };
    case 'redirect':
      return { status: 302, headers: { location: fault.to ?? LOGIN_PATH } };
    case 'location':
      return fault.value === null
        ? withoutLocation(reply)
        : { ...reply, headers: { ...reply.headers, location: fault.value } };
    case 'query-status':
      return { ...reply, status: 200, body: { ...statusOnly(reply), status: fault.status } };
    case 'wrong-total':
    case 'page-loop':
    case 'other-query':
    case 'repeated-rows':
    case 'strange-rows':
      return outcome.page === undefined ? reply : { ...reply, body: alterPage(outcome.page, fault) };
    default:
      return reply;
  }
}

type PageFault = Extract<
  Fault,
  { kind: 'wrong-total' | 'page-loop' | 'other-query' | 'repeated-rows' | 'strange-rows' }
>;

function alterPage({ document, ownToken, rowsBefore = [] }: ServedPage, fault: PageFault): PageDocument {
  switch (fault.kind) {
    case 'wrong-total':
      return { ...document, totalCount: (document.totalCount ?? document.data.length) + fault.by };
    case 'page-loop':
      return { ...document, nextPageToken: ownToken };
    case 'other-query':
      return { ...document, queryId: `${document.queryId}-other` };
    case 'repeated-rows':
      return { ...document, data: rowsBefore.slice(0, document.data.length) };
    case 'strange-rows':
      return { ...document, data: document.data.map((_, index) => ({ index, note: 'no such keys here' })) };
  }
}

function statusOnly({ body }: Reply): object {
  return typeof body === 'object' && 'queryId' in body ? { queryId: body.queryId } : {};
}

function withoutLocation(reply: Reply): Reply {
  const headers = Object.entries(reply.headers ?? {}).filter(([name]) => name !== 'location');
  return { ...reply, headers: Object.fromEntries(headers) };
}

function retryAfterValue(retryAfter: RetryAfter, nowMs: number): string | string[] {
  if ('seconds' in retryAfter) return String(retryAfter.seconds);
  if ('literal' in retryAfter) return retryAfter.literal;
  if ('each' in retryAfter) return retryAfter.each;
  return new Date(nowMs + retryAfter.dateInSeconds * 1_000).toUTCString();
}
