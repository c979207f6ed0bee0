import { buildBridge, countOffered, type Bridge } from '../../domain/journeys/bridge.js';
import { definitionName, describeDefinition, type Definition } from '../../domain/journeys/definition/definition.js';
import { joinJourneys, type JoinedJourneys } from '../../domain/journeys/join-journeys.js';
import { JourneyDetails } from '../../domain/journeys/journey-details.js';
import { dimensionNamed, readJourneyFilter } from '../../domain/journeys/journey.js';
import { JourneyRows } from '../../domain/journeys/rows/journey-rows.js';
import { planMetrics } from '../../domain/journeys/rows/plan-metrics.js';
import type { DerivedFacts, JourneyFindings, Reconciliation } from '../../contract/result/derived.js';
import type { DeriveFrom, DerivedPage } from '../../ports/index.js';
import type { Closing } from './closing.js';
import type { AfterCallWork } from './leg-of-contact.js';
import { readLegs, rowPage, rowsBody, type ReadLegs } from './stored-pages.js';

export interface JourneyRule {
  readonly definition: Definition;
  readonly afterCallWork: AfterCallWork;
  /** The part of CXone's own sum that may be unexplained without a warning. */
  readonly reconcileTolerance: number;
  /** As it is written into what is known of the journeys. */
  readonly apiVersion?: string;
}

const ROWS_A_PAGE = 10_000;
/** Queues whose differences are kept, the largest first. */
const QUEUES_LISTED = 100;

/** Joins the legs of all pages into journeys, and makes rows of them: a bucket without journeys has one, too. */
export async function* deriveJourneys(from: DeriveFrom, rule: JourneyRule): AsyncGenerator<DerivedPage> {
  const { window, keys, buckets, localOf } = from;
  const { definition, afterCallWork } = rule;
  const { settings } = definition;
  const read = await readLegs(from.pages, afterCallWork);
  const { legs, readUntilMs, closing } = read;
  const [fromMs, toMs] = [Date.parse(window.from), Date.parse(window.to)];
  const joined = joinJourneys(legs, { fromMs, toMs, readUntilMs, settings, localOf });
  const rows = openRows(from, definition, closing);
  const details = new JourneyDetails(buckets);
  for (const journey of joined.journeys()) if (rows.add(journey)) details.add(journey);
  // Of a window whose last horizon has not passed, not even all journeys may be known.
  const isFinal = rows.openJourneys === 0 && readUntilMs >= toMs + settings.horizon.other * 1_000;
  const bridge = bridgeOf(read, joined, rule);
  const facts = {
    ...factsOf(definition, joined, { isFinal, openJourneys: rows.openJourneys }),
    ...(rule.apiVersion !== undefined && { apiVersion: rule.apiVersion }),
    ...(closing?.dataFromMs !== undefined && { dataFrom: new Date(closing.dataFromMs).toISOString() }),
    ...(closing && { reconciliation: reconciliationOf(closing, bridge) }),
  };
  const found: JourneyFindings = {
    definition: describeDefinition(definition),
    outcomes: details.outcomes(),
    buckets: details.buckets(),
    queues: (bridge?.queues ?? []).slice(0, QUEUES_LISTED),
  };
  const made = rows.rows();
  yield { ...rowPage(rowsBody(made.slice(0, ROWS_A_PAGE)), keys), facts, details: found };
  for (let first = ROWS_A_PAGE; first < made.length; first += ROWS_A_PAGE) {
    yield rowPage(rowsBody(made.slice(first, first + ROWS_A_PAGE)), keys);
  }
}

function openRows({ query, buckets, window }: DeriveFrom, definition: Definition, closing?: Closing): JourneyRows {
  const plan = planMetrics(query.metric, definition);
  const read = readJourneyFilter(query.filter);
  // Both were checked when the run was planned: what is refused now is of a configuration that has changed.
  if ('refused' in plan || 'refused' in read) throw new Error('the definition no longer gives what the run asked for');
  const ends = [...buckets.starts.slice(1), Date.parse(window.to)];
  return new JourneyRows({
    metrics: plan.metrics,
    dimensions: query.dimension.flatMap((key) => {
      const dimension = dimensionNamed(key);
      return dimension === undefined ? [] : [{ key, dimension }];
    }),
    buckets,
    filter: read.filter,
    firstKnown: ends.filter((end) => end <= (closing?.dataFromMs ?? -Infinity)).length,
  });
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

function bridgeOf({ legs, closing }: ReadLegs, joined: JoinedJourneys, rule: JourneyRule): Bridge | undefined {
  if (closing === undefined || 'refused' in closing.summary) return undefined;
  return buildBridge(countOffered(legs, joined), closing.summary.totals, rule.reconcileTolerance);
}

function reconciliationOf({ summary }: Closing, bridge: Bridge | undefined): Reconciliation {
  if (bridge === undefined) {
    return { state: 'not reconciled', reason: 'refused' in summary ? summary.refused : 'CXone gave no sums' };
  }
  const line = (name: Bridge['lines'][number]['line']): number =>
    bridge.lines.find((each) => each.line === name)?.contacts ?? 0;
  return {
    state: 'reconciled',
    offered: line('offered'),
    transfers: line('transfers'),
    refused: line('refused'),
    otherDay: line('otherDay'),
    shortAbandons: line('shortAbandons'),
    outsideHours: line('outsideHours'),
    outbound: line('outbound'),
    neverQueued: line('neverQueued'),
    journeys: line('journeys'),
    unexplained: bridge.unexplained,
    beyondTolerance: bridge.isOff,
  };
}
