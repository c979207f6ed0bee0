import type { Gone, Later, LaterReason, SourcePage } from '../../ports/index.js';
import type { RequestedKeys } from '../../domain/row-verification.js';
import { withPauses } from '../../pages/pace.js';
import { lacksEveryKey, pageKeysOf } from '../../pages/requested-keys.js';
import { digesting } from '../../pages/row-digests.js';
import { scanningPage, type EnvelopeKeys, type ScannedPage } from '../../pages/scan-page.js';
import { CxoneError, malformed, type Operation } from '../http/errors.js';
import type { HttpAnswer } from '../http/http.js';
import { errorIn, isJsonObject, noJsonObject, parseJson, upstreamReason } from '../http/json-body.js';
import { statusFailure } from '../http/status-failure.js';
import { factsOf, isFact, linksNext } from './envelope.js';

const RUNNING = new Set(['RUNNING', 'PENDING', 'QUEUED', 'PROCESSING', 'IN_PROGRESS', 'SUBMITTED', 'CREATED']);
const FAILED = new Set(['FAILED', 'CANCELLED', 'CANCELED', 'ERROR']);
const COMPLETED = new Set(['COMPLETED', 'SUCCEEDED', 'SUCCESS', 'DONE']);

const FIELDS = new Set(['status', 'queryId', 'totalCount', 'nextPageToken', 'error', 'errors', 'fault']);
/** Fields of a hostile page that are looked at. */
const FIELDS_AT_MOST = 5_000;

const PRINTABLE = /^[^\p{C}]{1,200}$/u;
const LONGEST_TOKEN = 4_096;

/** What a 202 calls the query that it accepted; null where it does not say, or not in a usable way. */
export function queryIdIn(body: Uint8Array): string | null {
  const value = parseJson(body);
  return isJsonObject(value) ? nameIn(value['queryId']) : null;
}

function nameIn(queryId: unknown): string | null {
  return typeof queryId === 'string' && PRINTABLE.test(queryId) ? queryId : null;
}

/** An answer that says: come back, after the source's own wish where it has one. */
export function later(reason: LaterReason, { retryAfterMs }: { retryAfterMs?: number } = {}): Later {
  return { state: 'later', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function running(answer: HttpAnswer, queryId: string | null): Later {
  return { ...later('running', answer), ...(queryId !== null && { queryId }) };
}

interface Asked {
  readonly operation: Operation;
  readonly keys: RequestedKeys;
  /** As the source has named the query so far; null where it has not. */
  readonly queryId: string | null;
}

/** What a GET of a result, or of one of its pages, says. A 200 alone says nothing: its `status` does. */
export async function readResult(answer: HttpAnswer, asked: Asked): Promise<Later | Gone | SourcePage> {
  const { operation } = asked;
  switch (answer.status) {
    case 200:
      return readBody(answer, asked);
    case 202:
      return running(answer, queryIdIn(answer.body));
    case 409:
      // The query is not ready to be read.
      if (isOutstanding(answer)) return later('running', answer);
      throw statusFailure(answer, operation);
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

const OUTSTANDING = /outstanding|in[ _-]?progress|(?:still|being|already) (?:running|process)|processing/i;

/** A 409 of a request that the source is still working on (the draft of `Idempotency-Key` calls it outstanding). */
export function isOutstanding({ status, body }: HttpAnswer): boolean {
  return status === 409 && OUTSTANDING.test(upstreamReason(body) ?? '');
}

/** The fields of one page that are worth reading. */
function fieldsRead(): EnvelopeKeys {
  let looked = 0;
  return { has: (key) => FIELDS.has(key) || (looked++ < FIELDS_AT_MOST && isFact(key)) };
}

async function readBody(answer: HttpAnswer, asked: Asked): Promise<Later | Gone | SourcePage> {
  const { operation, keys, queryId } = asked;
  const result = await withPauses(scanningPage(answer.body, pageKeysOf(keys), fieldsRead()));
  if (result === undefined) throw noJsonObject(answer.body, operation);
  const status = normalStatus(result.envelope['status']);
  if (status === undefined || COMPLETED.has(status)) return readPage(result, answer, operation);
  const itsName = nameIn(result.envelope['queryId']);
  if (RUNNING.has(status)) return running(answer, itsName);
  if (queryId !== null && itsName !== null && itsName !== queryId) throw malformed(operation, 'is about another query');
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

async function readPage(
  { envelope, columns, nonObjectRows }: ScannedPage,
  { body, link, statedRows = 0 }: HttpAnswer,
  operation: Operation,
): Promise<SourcePage> {
  const refuse = (what: string): CxoneError => malformed(operation, what, { status: 200 });
  const error = errorIn(envelope) ?? (columns === undefined ? upstreamReason(body) : undefined);
  if (error !== undefined) throw refuse(`holds an error in place of a result: ${error}`);
  const { queryId, totalCount, nextPageToken } = envelope;
  if (columns === undefined) throw refuse('has no array data');
  if (nonObjectRows > 0) throw refuse('holds rows that are not objects');
  if (lacksEveryKey(columns)) throw refuse(`holds ${columns.rows} rows without any requested key`);
  if (typeof queryId !== 'string' || !PRINTABLE.test(queryId)) throw refuse('has no usable queryId');
  if (!isAbsent(totalCount) && !isCount(totalCount)) throw refuse('has a totalCount that is not a whole number');
  if (!isAbsent(nextPageToken) && !isPageToken(nextPageToken))
    throw refuse('has a nextPageToken that is not a short text');
  const facts = factsOf(envelope);
  const atLeast = Math.max(statedRows, facts.statedRows ?? 0);
  const isLast = isAbsent(nextPageToken) || nextPageToken === '';
  const moreBy = facts.moreBy ?? (linksNext(link) ? 'Link' : undefined);
  return {
    state: 'page',
    body,
    columns: await withPauses(digesting(body, columns)),
    queryId,
    rows: columns.rows,
    truncated: facts.cutBy !== undefined,
    ...(atLeast > 0 && { atLeast }),
    ...(facts.statedPages !== undefined && { statedPages: facts.statedPages }),
    ...(isAbsent(totalCount) ? {} : { totalCount }),
    ...(isLast ? moreBy !== undefined && { moreBy } : { nextCursor: nextPageToken }),
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
