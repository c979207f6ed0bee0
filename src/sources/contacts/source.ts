import type {
  Catalogue,
  DaySheets,
  Later,
  RecordGrain,
  RecordOf,
  RecordsFrom,
  Source,
  SourcePage,
  SourceRules,
} from '../../ports/index.js';
import { createHash } from 'node:crypto';
import { definitionName, definitionText } from '../../domain/journeys/definition/definition.js';
import { DIMENSIONS, DIMENSION_SENTENCES } from '../../domain/journeys/journey.js';
import { METRICS } from '../../domain/journeys/rows/metrics.js';
import type { HttpAnswer } from '../http/http.js';
import { checkAccess } from '../reporting/check-access.js';
import type { ReportingClient } from '../reporting/client.js';
import { laterWhileOpen, openTenant, type TenantAccess } from '../reporting/open-tenant.js';
import type { ContactsSource } from '../reporting/pages.js';
import type { RequestedKeys } from '../../domain/row-verification.js';
import { compareContacts } from './compare-contacts.js';
import { deriveJourneys, type JourneyRule } from './derive-journeys.js';
import { contactsSteps } from './check-contacts.js';
import { inspectContacts } from './inspect.js';
import { createDayReader, isLater, type EarlierPage } from './read-day.js';
import { createCloser, type Closer } from './closing.js';
import {
  beginReading,
  closingPlace,
  firstPlace,
  horizonsOf,
  nextDay,
  readCursor,
  readTicket,
  withData,
  writeCursor,
  writeTicket,
  type ClosingPlace,
  type Horizons,
  type ReadingPlace,
} from './reading.js';
import { prepareJourneys } from './prepare-journeys.js';
import { runRecords } from './run-records.js';
import { readSettledDays, type ReadDay } from './settled-days.js';
import { contactsBody, rowPage, withFacts } from './stored-pages.js';

export interface ContactsSourceOptions extends JourneyRule, TenantAccess {
  /** Of the Reporting API, as `v34.0`. */
  readonly apiVersion: string;
  /** Where settled days are kept; without it every reading asks for all of its days. */
  readonly sheets?: DaySheets;
}

const RULES: SourceRules = {
  notFoundGraceMs: 0,
  dateKey: 'date',
  aggregates: true,
  askAgain: true,
  lostSubmission: 'harmless',
};

const CATALOGUE: Catalogue = {
  reportTypes: ['journey-execution'],
  metrics: METRICS.map(({ metric }) => metric),
  dimensions: [...DIMENSIONS, 'journeyId'],
  sentences: {
    ...Object.fromEntries(METRICS.map(({ metric, sentence }) => [metric, sentence])),
    ...DIMENSION_SENTENCES,
    journeyId: DIMENSION_SENTENCES.entryPoint,
  },
};

/**
 * Journeys made of the completed contacts of CXone's Reporting API. There is no query upstream: `submit` fixes what is
 * to be read, `read` asks for it day by day, `derive` joins legs into journeys. Built from documents and public clients,
 * never run against a tenant.
 */
export function createContactsSource(options: ContactsSourceOptions): Source & { close(): Promise<void> } {
  const { apiVersion, ambient, definition } = options;
  const { client, http } = openTenant(options);
  const { get, contacts } = askerOf(client, apiVersion);
  const inspecting = { ...contacts, get, definition, afterCallWork: options.afterCallWork };
  const pages = pagesOf(options, contacts, get);
  return {
    kind: 'contacts',
    horizons: pages.horizons,
    catalogue: CATALOGUE,
    rules: RULES,
    definition: {
      name: definitionName(definition),
      hash: createHash('sha256').update(definitionText(definition)).digest('hex').slice(0, 16),
    },
    prepare: (query) => prepareJourneys(query, definition),
    token: (signal) => client.token(signal),
    submit({ query: { dateFrom, dateTo }, idempotencyKey }) {
      const queryId = `contacts-${idempotencyKey.slice(0, 16)}`;
      const window = { queryId, fromMs: Date.parse(dateFrom), toMs: Date.parse(dateTo) };
      const reading = beginReading(window, ambient.now());
      return Promise.resolve({ state: 'accepted', ticket: writeTicket(reading), queryId, retryAfterMs: 0 });
    },
    read: (at, signal) => laterWhileOpen(() => readPage(pages, at, signal)),
    derive: (from) => deriveJourneys(from, options),
    // The cast: a record is of the grain that was asked for.
    records: <Grain extends RecordGrain>(grain: Grain, from: RecordsFrom) =>
      runRecords(grain, from, options) as AsyncIterable<RecordOf<Grain>>,
    compare: (readings) => compareContacts(readings, options),
    inspect: async (day, signal) => {
      const { tenantId, apiBase } = await client.place(signal);
      return { tenantId, api: apiBase.host, apiVersion, ...(await inspectContacts(inspecting, day, signal)) };
    },
    check: (signal) => checkAccess(client, signal, contactsSteps(inspecting, ambient.now(), signal)),
    close: () => http.close(),
  };
}

type Get = (path: string, query: URLSearchParams, signal: AbortSignal) => Promise<HttpAnswer>;
type Contacts = Omit<ContactsSource, 'names'>;

/** Questions to the Reporting API of one tenant. */
function askerOf(client: ReportingClient, apiVersion: string): { readonly get: Get; readonly contacts: Contacts } {
  const get: Get = (path, query, signal) =>
    client.send(
      { operation: 'page', method: 'GET', path: `incontactapi/services/${apiVersion}/${path}`, query },
      signal,
    );
  const contacts: Contacts = {
    ask: (query, signal) => get('contacts/completed', query, signal),
    reason: (answer) => client.reason(answer),
  };
  return { get, contacts };
}

function pagesOf(
  { org, accessKey, apiVersion, ambient, definition, sheets }: ContactsSourceOptions,
  contacts: Contacts,
  get: Get,
): Pages {
  const horizons = horizonsOf(definition.settings);
  const days = createDayReader(contacts);
  const tenant = JSON.stringify([org, accessKey.issuer.href, apiVersion, 'contacts']);
  const readDay: ReadDay = sheets
    ? readSettledDays({ days, sheets, horizons, tenant, ambient })
    : ({ reading: { queryId }, ...at }, signal) => days.read({ queryId, ...at }, signal);
  return { readDay, horizons, closer: createCloser({ ask: get, reason: contacts.reason }) };
}

interface ReadAt {
  readonly ticket: string;
  readonly cursor: string | null;
  readonly keys: RequestedKeys;
  readonly earlier?: EarlierPage;
}

interface Pages {
  readonly readDay: ReadDay;
  readonly horizons: Horizons;
  readonly closer: Closer;
}

/** One page: of a day, or the one that closes the reading. */
async function readPage(
  { readDay, horizons, closer }: Pages,
  { ticket, cursor, keys, earlier }: ReadAt,
  signal: AbortSignal,
): Promise<Later | SourcePage> {
  const reading = readTicket(ticket);
  const { queryId, readUntilMs } = reading;
  const pageOf = (rows: number, body: Uint8Array, facts: object, next?: ReadingPlace | ClosingPlace): SourcePage => ({
    state: 'page',
    queryId,
    rows,
    truncated: false,
    ...rowPage(withFacts(body, { readUntilMs, ...facts }), keys),
    ...(next !== undefined && { nextCursor: writeCursor(next) }),
  });
  const place = cursor === null ? firstPlace(reading, horizons) : readCursor(cursor);
  if (place === undefined) return pageOf(0, contactsBody([]), {});
  if ('closes' in place) {
    const closing = await closer.close(reading, place, signal);
    return isLater(closing) ? closing : pageOf(0, contactsBody([]), { closing });
  }
  const page = await readDay({ reading, place, ...(earlier && { earlier }) }, signal);
  if (isLater(page)) return page;
  const read = withData(page.place, page.rows);
  const next = page.isDone ? (nextDay(reading, read, horizons) ?? closingPlace(reading, read, horizons)) : read;
  return pageOf(page.rows, page.body, {}, next);
}
