import { definitionName, type Definition } from '../../domain/journeys/definition/definition.js';
import { joinJourneys, type JoinedJourneys } from '../../domain/journeys/join-journeys.js';
import { dimensionNamed, readJourneyFilter } from '../../domain/journeys/journey.js';
import { JourneyRows } from '../../domain/journeys/rows/journey-rows.js';
import { planMetrics } from '../../domain/journeys/rows/plan-metrics.js';
import type { DerivedFacts } from '../../contract/result/derived.js';
import type { DeriveFrom, DerivedPage } from '../../ports/index.js';
import type { AfterCallWork } from './leg-of-contact.js';
import { readLegs, rowPage, rowsBody } from './stored-pages.js';

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
  const { legs, readUntilMs } = await readLegs(pages, afterCallWork);
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
    yield { ...rowPage(rowsBody(made.slice(first, first + ROWS_A_PAGE)), keys), facts };
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
