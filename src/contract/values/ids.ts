/**
 * Identities. Node's crypto is used here, so workflow code never imports this file: ids are computed by clients and
 * activities and travel as values. Raw workflow ids are user input: they reach no path and no key unhashed.
 */
import { createHash } from 'node:crypto';
import type { ParsedBackfill } from '../request/backfill-schema.js';
import type { TimeRange } from '../request/backfill.js';
import { canonicalJson } from './json.js';
import { ROWS_SAMPLED } from '../limits.js';
import { readableId } from './readable-id.js';
import type { ParsedRequest, Processing, RunWindow, SourceQuery } from '../request/request.js';
import type { RedeliverRequest } from '../result/result.js';
import type { RunIdentity } from '../run.js';

function hash(kind: string, ...parts: readonly (string | number)[]): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, ...parts]))
    .digest('hex')
    .slice(0, 32);
}

/** The run's own key: effects belong to it. 32 hex digits. */
export function runKeyOf(identity: RunIdentity): string {
  return hash('run', identity.workflowId, identity.firstExecutionRunId);
}

/** Id of one effect of a run, e.g. `submit` of generation 2, or its audit entry. 32 hex digits. */
export function effectIdOf(runKey: string, step: string, index = 0): string {
  return hash('effect', runKey, step, index);
}

/** Id of an alert, on every attempt to send it: the same event is one alert. A webhook sends it as `webhook-id`. */
export function alertIdOf(event: string, key: readonly (string | number)[]): string {
  return `alert_${hash('alert', event, ...key)}`;
}

/** Id of one part of one revision, on every attempt. A webhook sends it as `webhook-id`. */
export function partIdOf(deliveryId: string, revision: number, part: number): string {
  return `msg_${hash('webhook', deliveryId, revision, part)}`;
}

/**
 * What a delivery's identity leaves out because it is the default. Frozen: when a default of the request schema
 * changes, this does not, or every window would reach BI again under another identity. A golden test pins it.
 */
const BASELINE = {
  reportType: 'journey-execution',
  dimension: [],
  filter: {},
  timeGroupBy: 'day',
  timeZone: 'UTC',
  maxRows: 5_000,
  outliers: 'remove',
  rollup: 'on',
} as const;

/** The source that is left out of identities: it was there before sources had names. */
const UNNAMED_SOURCE = 'analytics';

/** Where rows come from, as far as identity has it. Absent: of {@link UNNAMED_SOURCE}. */
export interface SourceIdentity {
  readonly name: string;
  /** Hash of its rule; a client does not know it. */
  readonly rule?: string;
}

/** The identity of a source by its name. */
export function sourceIdentity(name: string | undefined, rule?: string): SourceIdentity | undefined {
  if (name === undefined || name === UNNAMED_SOURCE) return undefined;
  return { name, ...(rule !== undefined && { rule }) };
}

/** Several destinations as one text: they are a set. A single one is its name. */
export function destinationText(destination: string | readonly string[]): string {
  return typeof destination === 'string' ? destination : [...destination].sort().join(',');
}

interface DeliverySubject {
  readonly source?: SourceIdentity | undefined;
  readonly org: string;
  readonly destination: string;
  readonly query: SourceQuery;
  readonly processing: Processing;
  readonly window: Pick<RunWindow, 'from' | 'to' | 'timeZone'>;
}

/**
 * What a request is about once its window is absolute: the same for a client, which names the run by it, and for
 * `planRun`, which names the delivery by it.
 */
export function deliverySubjectOf(
  { query: { dateFrom, dateTo, ...asked }, processing }: ParsedRequest,
  place: {
    readonly org: string;
    readonly destination: string;
    readonly window: RunWindow;
    readonly source: SourceIdentity | undefined;
  },
): DeliverySubject & { query: SourceQuery; processing: Processing; window: RunWindow } {
  const query = { ...asked, dateFrom: place.window.from, dateTo: place.window.to };
  return { ...place, query, processing: processingOf({ processing, query }, place.source) };
}

/** What decides the numbers of a window, whichever window it is. */
interface ReportSubject {
  readonly source?: SourceIdentity | undefined;
  readonly query: Omit<SourceQuery, 'dateFrom' | 'dateTo'>;
  readonly processing: Processing;
  readonly window: Pick<RunWindow, 'timeZone'>;
}

/**
 * With the metrics in which outliers are looked for: all of the query, unless some are named. Rows of journeys are
 * counts of what happened: none is removed unless the request says so.
 */
export function processingOf(
  { processing, query }: RequestedProcessing,
  source: SourceIdentity | undefined,
): Processing {
  const outliers = processing.outliers ?? (source === undefined ? 'remove' : 'flag');
  // A rollup takes means over rows, and a mean of rates is no rate.
  const rollup = processing.rollup ?? (source === undefined ? undefined : 'off');
  const outlierMetrics = processing.outlierMetrics ?? query.metric;
  const { maxRows = ROWS_SAMPLED } = processing;
  return { ...processing, maxRows, ...(rollup && { rollup }), outliers, outlierMetrics };
}

interface RequestedProcessing extends Pick<ParsedRequest, 'processing'> {
  readonly query: Pick<ParsedRequest['query'], 'metric'>;
}

function settings({ query, processing, window, source }: ReportSubject): string {
  const { reportType, dimension, filter, timeGroupBy } = query;
  const { maxRows, outliers, outlierMetrics, rollup = 'on', weightMetric } = processing;
  const chosen = { reportType, dimension, filter, timeGroupBy, timeZone: window.timeZone, maxRows, outliers, rollup };
  const differing = Object.entries(chosen).filter(
    ([key, value]) => canonicalJson(value) !== canonicalJson(BASELINE[key as keyof typeof BASELINE]),
  );
  const own = canonicalJson(outlierMetrics) === canonicalJson(query.metric) ? {} : { outlierMetrics };
  const weighted = weightMetric === undefined ? {} : { weightMetric };
  return canonicalJson({
    ...Object.fromEntries(differing),
    ...own,
    ...weighted,
    ...(source && { source }),
    metric: query.metric,
  });
}

/**
 * Identity of what is delivered: the same window of the same numbers is the same delivery, no matter who asks for it.
 * `query.limit` (a page's size) and the way a window was asked for are no part of it. 32 hex digits.
 */
export function deliveryIdOf(subject: DeliverySubject): string {
  const { org, destination, window } = subject;
  return hash('delivery', org, destination, settings(subject), window.from, window.to);
}

/** Hash of what is asked for, without org, destination and window: groups the windows of one report. 16 hex digits. */
export function queryHashOf(subject: Pick<DeliverySubject, 'query' | 'processing' | 'window' | 'source'>): string {
  return hash('query', settings(subject)).slice(0, 16);
}

/**
 * What a report is known by from window to window. The source named `analytics` of kind `analytics` is left out, so there
 * it is the {@link queryHashOf}. 16 hex digits.
 */
export function seriesOf(
  subject: Pick<DeliverySubject, 'query' | 'processing' | 'window'>,
  source: { readonly name: string; readonly kind: string; readonly definition?: string },
): string {
  const { name, kind, definition } = source;
  if (name === 'analytics' && kind === 'analytics') return queryHashOf(subject);
  return hash('series', settings(subject), name, ...(definition === undefined ? [] : [definition])).slice(0, 16);
}

/**
 * Workflow id of a run, e.g. `journey-acme-20260301T0000Z-20260308T0000Z-1a2b3c4d`.
 * @param again 1 for the first reading of the window, 2, 3, … for further ones (`--again`)
 */
export function workflowIdOf(subject: DeliverySubject, again = 1): string {
  return numbered(readableId('journey', subject.org, subject.window, deliveryIdOf(subject).slice(0, 8)), again);
}

/** `again` counts from 1, which is not said. */
function numbered(id: string, again: number): string {
  return again === 1 ? id : `${id}-${again}`;
}

/** What a backfill is about once its windows are absolute. */
export interface BackfillSubject {
  readonly source?: SourceIdentity | undefined;
  readonly org: string;
  readonly destination: string;
  readonly query: ReportSubject['query'];
  readonly processing: Processing;
  readonly timeZone: string;
  /** From the start of the first slice to the end of the last. */
  readonly range: TimeRange;
  /** What is cut into slices; absent where `slices` are all there is. */
  readonly cut?: TimeRange & { readonly sliceBy: ParsedBackfill['sliceBy'] };
  readonly slices: readonly TimeRange[];
}

/**
 * Workflow id of a backfill, e.g. `backfill-acme-20240101T0000Z-20260101T0000Z-1a2b3c4d`: the same slices of the same
 * numbers for the same receiver are the same backfill. How many run side by side is no part of it.
 * @param again 1 for the first time, 2, 3, … for further ones (`--again`)
 */
export function backfillIdOf(subject: BackfillSubject, again = 1): string {
  const { org, destination, query, processing, timeZone, range, cut, slices, source } = subject;
  const asked = canonicalJson({ cut, slices });
  const hashed = hash(
    'backfill',
    org,
    destination,
    settings({ query, processing, source, window: { timeZone } }),
    asked,
  );
  return numbered(readableId('backfill', org, range, hashed.slice(0, 8)), again);
}

/** Workflow id of the backfill that runs the failures of another: `…-retry`, and of that one `…-retry-2`, `…-retry-3`, … */
export function retryIdOf(workflowId: string): string {
  const [suffix, number = '1'] = /-retry(?:-(\d+))?$/.exec(workflowId) ?? [];
  return suffix === undefined
    ? `${workflowId}-retry`
    : `${workflowId.slice(0, -suffix.length)}-retry-${Number(number) + 1}`;
}

/** Workflow id of a redelivery: one at a time for what is delivered. */
export function redeliveryIdOf(request: Pick<RedeliverRequest, 'workflowId' | 'deliveryId'>): string {
  return `redeliver-${request.workflowId ?? request.deliveryId ?? 'nothing'}`;
}
