import type { Admission, Ambient, Catalogue, Later, Source, SourcePage, SourceRules } from '../../ports/index.js';
import { createHash } from 'node:crypto';
import { definitionName, definitionText, type Definition } from '../../domain/journeys/definition/definition.js';
import { DIMENSIONS, DIMENSION_SENTENCES, readJourneyFilter } from '../../domain/journeys/journey.js';
import { METRICS } from '../../domain/journeys/rows/metrics.js';
import { planMetrics } from '../../domain/journeys/rows/plan-metrics.js';
import { later } from '../analytics/result-answer.js';
import { DEFAULT_CIRCUIT, circuitOf, type CircuitLimits } from '../http/circuit.js';
import { CircuitOpen } from '../http/errors.js';
import { createHttp } from '../http/http.js';
import { DEFAULT_LIMITS, type SourceLimits } from '../http/org-client.js';
import type { AccessKey } from '../reporting/auth/access-key.js';
import { createReportingClient } from '../reporting/client.js';
import type { RequestedKeys } from '../../domain/row-verification.js';
import { deriveJourneys, rowPage, type JourneyRule } from './derive-journeys.js';
import { storedContact } from './leg-of-contact.js';
import { createDayReader, type DayReader } from './read-day.js';
import {
  beginReading,
  firstPlace,
  horizonsOf,
  nextDay,
  readCursor,
  readTicket,
  writeCursor,
  writeTicket,
  type Horizons,
} from './reading.js';

export interface ContactsSourceOptions extends JourneyRule {
  readonly org: string;
  readonly accessKey: AccessKey;
  /** Of the Reporting API, as `v34.0`. */
  readonly apiVersion: string;
  readonly ambient: Ambient;
  /** PEM; the only authorities trusted, in place of the built-in ones. */
  readonly ca?: string;
  readonly limits?: Partial<SourceLimits>;
  readonly circuit?: Partial<CircuitLimits>;
  /** Shared by all workers; absent: a circuit of this process alone. */
  readonly admission?: Admission | undefined;
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
  const { org: name, accessKey, apiVersion, ambient, onToken, definition } = options;
  const http = createHttp(options);
  const circuit = circuitOf({ ...DEFAULT_CIRCUIT, ...options.circuit }, ambient, options.admission);
  const client = createReportingClient({
    name,
    accessKey,
    ambient,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    exchange: (request, signal) => circuit.run(request.operation, () => http.exchange(request, signal)),
    ...(onToken !== undefined && { onToken }),
  });
  const path = `incontactapi/services/${apiVersion}/contacts/completed`;
  const days = createDayReader({
    ask: (query, signal) => client.send({ operation: 'page', method: 'GET', path, query }, signal),
    reason: (answer) => client.reason(answer),
  });
  const horizons = horizonsOf(definition.settings);
  return {
    kind: 'contacts',
    catalogue: CATALOGUE,
    rules: RULES,
    definition: {
      name: definitionName(definition),
      hash: createHash('sha256').update(definitionText(definition)).digest('hex').slice(0, 16),
    },
    prepare: (query) => prepare(query, definition),
    token: (signal) => client.token(signal),
    submit({ query: { dateFrom, dateTo }, idempotencyKey }) {
      const queryId = `contacts-${idempotencyKey.slice(0, 16)}`;
      const window = { queryId, fromMs: Date.parse(dateFrom), toMs: Date.parse(dateTo) };
      const reading = beginReading(window, horizons, ambient.now());
      return Promise.resolve({ state: 'accepted', ticket: writeTicket(reading), queryId, retryAfterMs: 0 });
    },
    read: (at, signal) => laterWhileOpen(() => readPage(days, horizons, at, signal)),
    derive: (from) => deriveJourneys(from, options),
    close: () => http.close(),
  };
}

function prepare(
  { metric, filter }: { readonly metric: readonly string[]; readonly filter: Readonly<Record<string, unknown>> },
  definition: Definition,
): ReturnType<NonNullable<Source['prepare']>> {
  const metrics = planMetrics(metric, definition);
  const filters = readJourneyFilter(filter);
  const problems = [
    ...('refused' in metrics ? metrics.refused : []).map(({ name, reason }) => ({
      path: `query.metric.${metric.indexOf(name)}`,
      message: `"${name}" cannot be had: ${reason}`,
    })),
    ...('refused' in filters ? filters.refused : []).map(({ name, reason }) => ({
      path: `query.filter.${name}`,
      message: `"${name}" cannot be filtered by: ${reason}`,
    })),
  ];
  if (problems.length > 0 || 'refused' in metrics) return { problems };
  return { metrics: metrics.metrics.map((info) => info.metric) };
}

async function readPage(
  days: DayReader,
  horizons: Horizons,
  { ticket, cursor, keys }: { ticket: string; cursor: string | null; keys: RequestedKeys },
  signal: AbortSignal,
): Promise<Later | SourcePage> {
  const reading = readTicket(ticket);
  const { queryId, readUntilMs } = reading;
  const place = cursor === null ? firstPlace(reading, horizons) : readCursor(cursor);
  const page = place && (await days.read(queryId, place, signal));
  if (page !== undefined && 'state' in page) return page;
  const contacts = page?.contacts ?? [];
  const next = page && (page.isDone ? nextDay(reading, page.place, horizons) : page.place);
  return {
    state: 'page',
    queryId,
    rows: contacts.length,
    truncated: false,
    ...rowPage(contacts.map(storedContact), keys, readUntilMs),
    ...(next !== undefined && { nextCursor: writeCursor(next) }),
  };
}

async function laterWhileOpen(work: () => Promise<Later | SourcePage>): Promise<Later | SourcePage> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CircuitOpen) return later(error.reason, error.details);
    throw error;
  }
}
