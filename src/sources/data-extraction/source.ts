import type { RequestedKeys } from '../../domain/row-verification.js';
import type { CheckStep, Gone, Later, Source, SourcePage, SourcePages, SourceRules } from '../../ports/index.js';
import { later } from '../analytics/result-answer.js';
import { csvCatalogue, prepareCsv } from '../csv/catalogue.js';
import { DATE_KEY, type CsvMapping } from '../csv/mapping.js';
import { csvPages, pageBeforeFile } from '../csv/pages.js';
import { readTicket, ticketFor } from '../csv/ticket.js';
import { malformed } from '../http/errors.js';
import { statusFailure } from '../http/status-failure.js';
import { checkAccess, tried } from '../reporting/check-access.js';
import { laterWhileOpen, openTenant, type OpenTenant, type TenantAccess } from '../reporting/open-tenant.js';
import { isAnyRunning, jobStateIn } from './jobs.js';
import { resultUrl } from './result-url.js';
import { JOBS_PATH, rightFor, startJob } from './start-job.js';

export interface DataExtractionOptions extends TenantAccess {
  readonly entity: string;
  readonly version: string;
  readonly mapping: CsvMapping;
  /** Hosts of results beside the usual ones. */
  readonly resultHosts?: readonly string[];
  /** Between two POSTs of the tenant. */
  readonly gapMs: number;
}

export const NO_DROP_OFF =
  'Data Extraction has only what was recorded or evaluated, so abandoned contacts are missing; use a source of kind contacts';

const DAY_MS = 86_400_000;

const RULES: SourceRules = {
  notFoundGraceMs: 0,
  dateKey: DATE_KEY,
  aggregates: false,
  askAgain: 'once',
  lostSubmission: 'orphan',
  // Two weeks are documented, and a zone may need a day more.
  windowMostMs: 13 * DAY_MS,
};

/** Between two looks at a running job. */
const POLL_MS = 10_000;
/** A fresh address is asked for this often before the store's refusal is believed. */
const ADDRESSES = 3;
/** A whole file. */
const FILE_DEADLINE_MS = 90 * 60_000;

/**
 * CXone's Data Extraction: a job, and then a CSV at an address that is signed and lives for half a minute. Built from
 * documents and public clients, never run against a tenant. The address is used where it is read, and leaves no call.
 */
export function createDataExtractionSource(options: DataExtractionOptions): Source & { close(): Promise<void> } {
  const { entity, mapping } = options;
  const tenant = openTenant(options);
  const refusals = new Map<string, number>();
  return {
    kind: 'data-extraction',
    catalogue: csvCatalogue(mapping, { file: entity, noJourneys: NO_DROP_OFF }),
    // One job a tenant, and a gap between two POSTs, whatever the organisation says of its limits.
    rules: { ...RULES, limits: { queriesAtOnce: 1, gapMs: options.gapMs } },
    prepare: (query) => prepareCsv(query, mapping),
    token: (signal) => tenant.client.token(signal),
    submit: ({ query, idempotencyKey }, signal) =>
      laterWhileOpen(async () => {
        const started = await startJob(
          { ...options, client: tenant.client, refusals },
          { query, idempotencyKey },
          signal,
        );
        if (typeof started !== 'string') return started;
        const ticket = ticketFor(started, query);
        return { state: 'accepted', ticket, queryId: started, retryAfterMs: pollMs(options) };
      }),
    read: (at, signal) => laterWhileOpen(() => readResult({ ...options, ...tenant }, at, signal)),
    check: (signal) => checkAccess(tenant.client, signal, [() => checkJobs(tenant, entity, signal)]),
    close: () => tenant.http.close(),
  };
}

/** CXone's gap is of POSTs; where it is configured to be shorter, so are the waits. */
function pollMs({ gapMs }: Pick<DataExtractionOptions, 'gapMs'>): number {
  return Math.max(1_000, Math.min(POLL_MS, gapMs));
}

type Result = DataExtractionOptions & OpenTenant;

async function readResult(
  result: Result,
  { ticket, cursor, keys }: { ticket: string; cursor: string | null; keys: RequestedKeys },
  signal: AbortSignal,
): Promise<Later | Gone | SourcePage | SourcePages> {
  const { queryId, ...selection } = readTicket(ticket);
  for (let address = 1; address <= ADDRESSES; address += 1) {
    const job = await lookAt(result, queryId, signal);
    if (job.state !== 'there') return job;
    if (cursor === null) return pageBeforeFile(queryId, keys);
    const url = resultUrl(job.url, result.accessKey.issuer, result.resultHosts);
    const file = await result.http.stream(
      {
        operation: 'page',
        method: 'GET',
        url,
        headers: { accept: '*/*' },
        headDeadlineMs: result.limits.requestDeadlineMs,
        deadlineMs: FILE_DEADLINE_MS,
      },
      signal,
    );
    if (file.status === 200) {
      const { mapping } = result;
      return { state: 'pages', pages: csvPages({ queryId, body: file.body, mapping, selection, keys }, cursor) };
    }
    if (file.status === 404 || file.status === 410) return { state: 'gone', reason: `${file.status}` };
    // 403: the address has expired. Its half minute begins with the answer that names it.
    if (file.status !== 403) throw statusFailure({ ...file, body: NOTHING }, 'page', { reason: () => undefined });
  }
  throw malformed('page', `refuses the result at ${ADDRESSES} fresh addresses`, { status: 403 });
}

const NOTHING = new Uint8Array();

type Looked = Later | Gone | { readonly state: 'there'; readonly url: unknown };

async function lookAt({ client, entity, ...options }: Result, jobId: string, signal: AbortSignal): Promise<Looked> {
  const path = `${JOBS_PATH}/${jobId}`;
  const answer = await client.send({ operation: 'poll', method: 'GET', path }, signal);
  switch (answer.status) {
    case 200:
      break;
    case 404:
    case 410:
      return { state: 'gone', reason: `${answer.status}` };
    case 429:
      return later('rate limited', answer);
    case 503:
      return later('unavailable', answer);
    default:
      throw statusFailure(answer, 'poll', { reason: (each) => client.reason(each), right: rightFor(entity) });
  }
  const job = jobStateIn(answer, (text) => client.hide(text));
  if (job.status === 'RUNNING') return later('running', { retryAfterMs: answer.retryAfterMs ?? pollMs(options) });
  return job.status === 'SUCCEEDED' ? { state: 'there', url: job.url } : { state: 'gone', reason: 'expired' };
}

/** The list of jobs, which a run reads before it starts one. */
function checkJobs({ client }: OpenTenant, entity: string, signal: AbortSignal): Promise<CheckStep> {
  const right = rightFor(entity);
  return tried('jobs', { Forbidden: right }, async () => {
    const answer = await client.send({ operation: 'poll', method: 'GET', path: JOBS_PATH }, signal);
    if (answer.status !== 200) throw statusFailure(answer, 'poll', { reason: (each) => client.reason(each), right });
    return {
      status: 'ok',
      found: isAnyRunning(answer) ? 'listed; one runs, so a run would wait' : 'listed, none runs',
    };
  });
}
