import { definitionName, type Definition } from '../../domain/journeys/definition/definition.js';
import { joinJourneys, type JoinedJourneys } from '../../domain/journeys/join-journeys.js';
import { dimensionNamed, readJourneyFilter } from '../../domain/journeys/journey.js';
import { LegTable } from '../../domain/journeys/legs/leg-table.js';
import { JourneyRows, type JourneyRow } from '../../domain/journeys/rows/journey-rows.js';
import { planMetrics } from '../../domain/journeys/rows/plan-metrics.js';
import type { DerivedFacts } from '../../contract/result/derived.js';
import type { DeriveFrom, DerivedPage, RowPage } from '../../ports/index.js';
import type { RequestedKeys } from '../../domain/row-verification.js';
import { pageKeysOf } from '../../pages/requested-keys.js';
import { digested } from '../../pages/row-digests.js';
import { scanPage } from '../../pages/scan-page.js';
import { malformed } from '../http/errors.js';
import { legOfContact, type AfterCallWork, type StoredContact } from './leg-of-contact.js';

export interface JourneyRule {
  readonly definition: Definition;
  readonly afterCallWork: AfterCallWork;
}

const ROWS_A_PAGE = 10_000;

/** Joins the legs of all pages into journeys, and makes rows of them: a bucket without journeys has one, too. */
export async function* deriveJourneys(
  { pages, query, keys, window, buckets, localOf }: DeriveFrom,
  { definition, afterCallWork }: JourneyRule,
): AsyncGenerator<DerivedPage> {
  const legs = new LegTable();
  let readUntilMs = Infinity;
  for await (const body of pages) {
    const page = readStoredPage(body);
    readUntilMs = Math.min(readUntilMs, page.readUntilMs);
    for (const contact of page.data) legs.add(legOfContact(contact, afterCallWork));
  }
  const [fromMs, toMs] = [Date.parse(window.from), Date.parse(window.to)];
  const { settings } = definition;
  const joined = joinJourneys(legs, { fromMs, toMs, readUntilMs, settings, localOf });
  const plan = planMetrics(query.metric, definition);
  const read = readJourneyFilter(query.filter);
  // Both were checked when the run was planned: what is refused now is of a configuration that has changed.
  if ('refused' in plan || 'refused' in read) throw new Error('the definition no longer gives what the run asked for');
  const rows = new JourneyRows({
    metrics: plan.metrics,
    dimensions: query.dimension.flatMap((key) => {
      const dimension = dimensionNamed(key);
      return dimension === undefined ? [] : [{ key, dimension }];
    }),
    buckets,
    filter: read.filter,
  });
  for (const journey of joined.journeys()) rows.add(journey);
  // Of a window whose last horizon has not passed, not even all journeys may be known.
  const isFinal = rows.openJourneys === 0 && readUntilMs >= toMs + settings.horizon.other * 1_000;
  const facts = factsOf(definition, joined, { isFinal, openJourneys: rows.openJourneys });
  const made = rows.rows();
  for (let first = 0; first < made.length; first += ROWS_A_PAGE) {
    yield { ...rowPage(made.slice(first, first + ROWS_A_PAGE), keys), facts };
  }
}

function factsOf(
  definition: Definition,
  { counts: { legs, orphans, suspectedSplits } }: JoinedJourneys,
  { isFinal, openJourneys }: { readonly isFinal: boolean; readonly openJourneys: number },
): DerivedFacts {
  return {
    definition: definitionName(definition),
    state: isFinal ? 'final' : 'provisional',
    openJourneys,
    legs,
    orphans,
    suspectedSplits,
  };
}

interface StoredPage {
  readonly readUntilMs: number;
  readonly data: readonly (StoredContact | JourneyRow)[];
}

/** A page of rows, or of contacts as they were read. */
export function rowPage(data: StoredPage['data'], keys: RequestedKeys, readUntilMs?: number): RowPage {
  const body = Buffer.from(JSON.stringify({ ...(readUntilMs !== undefined && { readUntilMs }), data }));
  const columns = scanPage(body, pageKeysOf(keys), new Set())?.columns;
  if (columns === undefined) throw malformed('page', 'cannot be written as rows');
  return { body, columns: digested(body, columns) };
}

function readStoredPage(body: Uint8Array): StoredPage & { readonly data: readonly StoredContact[] } {
  // The cast: pages come back as `rowPage` wrote them, held against their hash.
  return JSON.parse(Buffer.from(body).toString('utf8')) as StoredPage & { readonly data: readonly StoredContact[] };
}
