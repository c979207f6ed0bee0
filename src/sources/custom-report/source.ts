import type { RequestedKeys } from '../../domain/row-verification.js';
import type { Later, Source, SourcePage, SourcePages, SourceRules } from '../../ports/index.js';
import { later } from '../analytics/result-answer.js';
import { csvCatalogue, prepareCsv } from '../csv/catalogue.js';
import { DATE_KEY, type CsvMapping } from '../csv/mapping.js';
import { csvPages, emptyPage, pageBeforeFile } from '../csv/pages.js';
import { readTicket, ticketFor, type Ticket } from '../csv/ticket.js';
import { CxoneError } from '../http/errors.js';
import type { HttpAnswer } from '../http/http.js';
import { statusFailure } from '../http/status-failure.js';
import { checkAccess } from '../reporting/check-access.js';
import type { ReportingClient } from '../reporting/client.js';
import { laterWhileOpen, openTenant, type TenantAccess } from '../reporting/open-tenant.js';
import { fileIn } from './report-answer.js';

export interface CustomReportOptions extends TenantAccess {
  /** Of the Reporting API, as `v34.0`. */
  readonly apiVersion: string;
  readonly reportId: string;
  readonly mapping: CsvMapping;
}

const NO_JOURNEYS = 'a report has contacts, not journeys; use a source of kind contacts';
/** Rows of a report are legs, and many reports do not say which of them the tenant began itself. */
const NO_DIRECTION =
  'No column of direction is configured: inbound and outbound contacts count together. Choose a report that has one and map it to the dimension "direction", or filter by skill or campaign.';

const DAY_MS = 86_400_000;
/** A report is made while the caller waits. */
const REPORT_DEADLINE_MS = 15 * 60_000;
/** Whether CXone's ends are inclusive is unknown: asked for is a little more, taken is the window. */
const MARGIN_MS = 1_000;

/**
 * A custom report of CXone (`report-jobs/datadownload`), as base64 in JSON: one question, one answer, no file is left at
 * the tenant. Built from documents and public clients, never run against a tenant.
 */
export function createCustomReportSource(options: CustomReportOptions): Source & { close(): Promise<void> } {
  const { reportId, mapping } = options;
  const { client, http } = openTenant(options);
  const caveat = 'direction' in mapping.dimensions ? undefined : NO_DIRECTION;
  const file = `report ${reportId}`;
  return {
    kind: 'custom-report',
    catalogue: csvCatalogue(mapping, { file, noJourneys: NO_JOURNEYS, ...(caveat !== undefined && { caveat }) }),
    rules: { ...RULES, ...(caveat !== undefined && { caveat }) },
    prepare: (query) => prepareCsv(query, mapping),
    token: (signal) => client.token(signal),
    submit({ query, idempotencyKey }) {
      const queryId = `report-${reportId}-${idempotencyKey.slice(0, 16)}`;
      const ticket = ticketFor(queryId, query);
      return Promise.resolve({ state: 'accepted', ticket, queryId, retryAfterMs: 0 });
    },
    read: ({ ticket, cursor, keys }, signal) =>
      laterWhileOpen(async () => {
        const asked = readTicket(ticket);
        if (cursor === null) return pageBeforeFile(asked.queryId, keys);
        const answer = await ask(client, options, asked, signal);
        return pagesIn(client, options, { answer, asked, keys, cursor });
      }),
    check: (signal) => checkAccess(client, signal),
    close: () => http.close(),
  };
}

const RULES: SourceRules = {
  notFoundGraceMs: 0,
  dateKey: DATE_KEY,
  aggregates: false,
  askAgain: false,
  lostSubmission: 'harmless',
  // One run of a report has thirty days at most, as documented.
  windowMostMs: 30 * DAY_MS,
};

function ask(
  client: ReportingClient,
  { apiVersion, reportId, ambient }: CustomReportOptions,
  { queryId, fromMs, toMs }: Ticket,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const query = new URLSearchParams({
    startDate: new Date(fromMs - MARGIN_MS).toISOString(),
    endDate: new Date(toMs + MARGIN_MS).toISOString(),
    saveAsFile: 'false',
    includeHeaders: 'true',
    fileName: `${queryId}-${ambient.now()}`,
  });
  const path = `incontactapi/services/${apiVersion}/report-jobs/datadownload/${reportId}`;
  const call = { operation: 'page', method: 'POST', path, query, deadlineMs: REPORT_DEADLINE_MS } as const;
  return client.send(call, signal).catch((error: unknown) => {
    if (!(error instanceof CxoneError) || error.failureType !== 'ResponseTooLarge') throw error;
    const message = 'The report is larger than an answer may be: ask for a shorter window, or run a backfill of days.';
    throw new CxoneError('ResponseTooLarge', message, { ...error.details, operation: 'page' });
  });
}

interface Answered {
  readonly answer: HttpAnswer;
  readonly asked: Ticket;
  readonly keys: RequestedKeys;
  readonly cursor: string;
}

function pagesIn(
  client: ReportingClient,
  { mapping }: CustomReportOptions,
  { answer, asked, keys, cursor }: Answered,
): Later | SourcePage | SourcePages {
  const { queryId, ...selection } = asked;
  switch (answer.status) {
    case 204:
      return emptyPage(queryId, keys);
    case 429:
      return later('rate limited', answer);
    case 503:
      return later('unavailable', answer);
    case 200: {
      const body = (async function* () {
        yield await Promise.resolve(fileIn(answer, (text) => client.hide(text)));
      })();
      return { state: 'pages', pages: csvPages({ queryId, body, mapping, selection, keys }, cursor) };
    }
    default: {
      const right = 'give the user of the access key the right "Data Download"';
      throw statusFailure(answer, 'page', { reason: (each) => client.reason(each), right });
    }
  }
}
