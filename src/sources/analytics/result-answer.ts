import type { Gone, Later, LaterReason, SourcePage } from '../../ports/index.js';
import type { RequestedKeys } from '../../domain/row-verification.js';
import { lacksEveryKey, pageKeysOf } from '../../pages/requested-keys.js';
import { digested } from '../../pages/row-digests.js';
import { scanPage, type ScannedPage } from '../../pages/scan-page.js';
import { CxoneError, malformed, type Operation } from '../http/errors.js';
import type { HttpAnswer } from '../http/http.js';
import { isJsonObject, noJsonObject, parseJson, upstreamReason } from '../http/json-body.js';
import { statusFailure } from '../http/status-failure.js';

const RUNNING = new Set(['RUNNING', 'PENDING', 'QUEUED', 'PROCESSING', 'IN_PROGRESS', 'SUBMITTED', 'CREATED']);
const FAILED = new Set(['FAILED', 'CANCELLED', 'CANCELED', 'ERROR']);
const COMPLETED = new Set(['COMPLETED', 'SUCCEEDED', 'SUCCESS', 'DONE']);

/** Ways to say that the result was cut short. */
const TRUNCATIONS = ['truncated', 'isTruncated', 'capped'];
const ENVELOPE = ['status', 'queryId', 'totalCount', 'nextPageToken', ...TRUNCATIONS];

const PRINTABLE = /^[^\p{C}]{1,200}$/u;
const LONGEST_TOKEN = 4_096;

/** What a 202 calls the query that it accepted; null where it does not say, or not in a usable way. */
export function queryIdIn(body: Uint8Array): string | null {
  const value = parseJson(body);
  const queryId = isJsonObject(value) ? value['queryId'] : undefined;
  return typeof queryId === 'string' && PRINTABLE.test(queryId) ? queryId : null;
}

/** An answer that says: come back, after the source's own wish where it has one. */
export function later(reason: LaterReason, { retryAfterMs }: { retryAfterMs?: number } = {}): Later {
  return { state: 'later', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** What a GET of a result, or of one of its pages, says. A 200 alone says nothing: its `status` does. */
export function readResult(answer: HttpAnswer, operation: Operation, keys: RequestedKeys): Later | Gone | SourcePage {
  switch (answer.status) {
    case 200:
      return readBody(answer, operation, keys);
    case 202:
      return later('running', answer);
    case 404:
      return { state: 'gone', reason: '404' };
    case 410:
      return { state: 'gone', reason: '410' };
    case 429:
      return later('rate limited', answer);
    case 503:
      return later('unavailable', answer);
    default:
      throw statusFailure(answer, operation);
  }
}

function readBody(answer: HttpAnswer, operation: Operation, keys: RequestedKeys): Later | Gone | SourcePage {
  const result = scanPage(answer.body, pageKeysOf(keys), ENVELOPE);
  if (result === undefined) throw noJsonObject(answer.body, operation);
  const status = normalStatus(result.envelope['status']);
  if (status === undefined || COMPLETED.has(status)) return readPage(result, answer.body, operation);
  if (RUNNING.has(status)) return later('running', answer);
  if (status === 'EXPIRED') return { state: 'gone', reason: 'expired' };
  if (FAILED.has(status)) {
    const reason = upstreamReason(answer.body);
    const said = reason === undefined ? status : `${status}: ${reason}`;
    throw new CxoneError('QueryFailed', `The query ended upstream as ${said}.`, { operation, status: 200 });
  }
  const named = PRINTABLE.test(status) ? status : 'unprintable';
  throw malformed(operation, `has an unknown status (${named})`, { status: 200 });
}

function normalStatus(status: unknown): string | undefined {
  if (status === undefined || status === null) return undefined;
  if (typeof status !== 'string') return `of type ${typeof status}`;
  return status.trim().toUpperCase().replaceAll(/[\s-]/g, '_');
}

function readPage(
  { envelope, columns, nonObjectRows }: ScannedPage,
  body: Uint8Array,
  operation: Operation,
): SourcePage {
  const refuse = (what: string): CxoneError => malformed(operation, what, { status: 200 });
  const { queryId, totalCount, nextPageToken } = envelope;
  if (columns === undefined) throw refuse('has no array data');
  if (nonObjectRows > 0) throw refuse('holds rows that are not objects');
  if (lacksEveryKey(columns)) throw refuse(`holds ${columns.rows} rows without any requested key`);
  if (typeof queryId !== 'string' || !PRINTABLE.test(queryId)) throw refuse('has no usable queryId');
  if (!isAbsent(totalCount) && !isCount(totalCount)) throw refuse('has a totalCount that is not a whole number');
  if (!isAbsent(nextPageToken) && !isPageToken(nextPageToken))
    throw refuse('has a nextPageToken that is not a short text');
  return {
    state: 'page',
    body,
    columns: digested(body, columns),
    queryId,
    rows: columns.rows,
    truncated: TRUNCATIONS.some((key) => envelope[key] === true),
    ...(isAbsent(totalCount) ? {} : { totalCount }),
    ...(isAbsent(nextPageToken) || nextPageToken === '' ? {} : { nextCursor: nextPageToken }),
  };
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isPageToken(value: unknown): value is string {
  return typeof value === 'string' && Buffer.byteLength(value) <= LONGEST_TOKEN;
}
