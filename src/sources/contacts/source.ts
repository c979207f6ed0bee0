import type { PageMemory } from '../../async/page-memory.js';
import type { Network } from '../../network/proxies.js';
import type {
  Admission,
  Ambient,
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
import { later } from '../analytics/result-answer.js';
import { DEFAULT_CIRCUIT, circuitOf, type CircuitLimits } from '../http/circuit.js';
import { CircuitOpen } from '../http/errors.js';
import { createHttp, type HttpAnswer } from '../http/http.js';
import { createTurns, type Turns } from '../http/turns.js';
import { DEFAULT_LIMITS, type SourceLimits } from '../http/org-client.js';
import type { AccessKey } from '../reporting/auth/access-key.js';
import type { ContactsSource } from '../reporting/pages.js';
import { createReportingClient } from '../reporting/client.js';
import type { RequestedKeys } from '../../domain/row-verification.js';
import { compareContacts } from './compare-contacts.js';
import { deriveJourneys, type JourneyRule } from './derive-journeys.js';
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

export interface ContactsSourceOptions extends JourneyRule {
  readonly org: string;
  readonly accessKey: AccessKey;
  /** Of the Reporting API, as `v34.0`. */
  readonly apiVersion: string;
  readonly ambient: Ambient;
  /** PEM; the only authorities trusted, in place of the built-in ones. */
  readonly ca?: string;
  /** Proxies, and who asks; directly unless given. */
  readonly network?: Network;
  readonly limits?: Partial<SourceLimits>;
  readonly circuit?: Partial<CircuitLimits>;
  /** Shared by all workers; absent: a circuit of this process alone. */
  readonly admission?: Admission | undefined;
  /** Room for pages; unbounded unless given. */
  readonly memory?: PageMemory | undefined;
  /** Shared by all sources of the tenant in this process. */
  readonly turns?: Turns;
  /** Where settled days are kept; without it every reading asks for all of its days. */
  readonly sheets?: DaySheets;
  /** Told of every token before its first use, so that the scrubber knows it. */
  readonly onToken?: (token: string) => void;
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
  const { client, get, contacts, close } = openTenant(options);
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
    close,
  };
}

type Get = (path: string, query: URLSearchParams, signal: AbortSignal) => Promise<HttpAnswer>;
type Contacts = Omit<ContactsSource, 'names'>;

/** What asks one tenant: two requests at a time, through its circuit. */
function openTenant(options: ContactsSourceOptions) {
  const { org: name, accessKey, apiVersion, ambient, onToken, turns = createTurns() } = options;
  const http = createHttp(options);
  const circuit = circuitOf({ ...DEFAULT_CIRCUIT, ...options.circuit }, ambient, options.admission);
  const client = createReportingClient({
    name,
    accessKey,
    ambient,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    exchange: (request, signal) =>
      turns.run(() => circuit.run(request.operation, () => http.exchange(request, signal)), signal),
    ...(onToken !== undefined && { onToken }),
  });
  const get: Get = (path, query, signal) =>
    client.send(
      { operation: 'page', method: 'GET', path: `incontactapi/services/${apiVersion}/${path}`, query },
      signal,
    );
  const contacts: Contacts = {
    ask: (query, signal) => get('contacts/completed', query, signal),
    reason: (answer) => client.reason(answer),
  };
  return { client, get, contacts, close: () => http.close() };
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

async function laterWhileOpen(work: () => Promise<Later | SourcePage>): Promise<Later | SourcePage> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CircuitOpen) return later(error.reason, error.details);
    throw error;
  }
}
