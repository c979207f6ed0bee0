import { resolveWindow } from '../../calendar/windows.js';
import { parseDuration } from '../../contract/values/duration.js';
import { ROWS_ALL } from '../../contract/limits.js';
import {
  deliveryIdOf,
  deliverySubjectOf,
  queryHashOf,
  runKeyOf,
  seriesOf,
  sourceIdentity,
} from '../../contract/values/ids.js';
import type { ParsedRequest, RunWindow } from '../../contract/request/request.js';
import { boundedReport, type Report } from '../../contract/result/report.js';
import { parseRequest } from '../../contract/request/request-schema.js';
import {
  deliveryPlans,
  type PlannedDelivery,
  type PlannedSource,
  type RunIdentity,
  type RunPlan,
} from '../../contract/run.js';
import { cancellation } from '../interceptor.js';
import type {
  DefinitionRecord,
  Destination,
  Directory,
  OrgRules,
  RunRecords,
  Source,
  SourceRules,
} from '../../ports/index.js';
import { invalidRequest } from '../failures.js';
import { requireOrganisation } from './places.js';
import { accepted, checkRequest, type NamedDestination } from './request-checks.js';
import { queryLimits } from './query/take-turn.js';

export interface PlanRunInput {
  /** As it came: starts from the UI, the `temporal` CLI and schedules are checked here first. */
  readonly request: unknown;
  readonly identity: RunIdentity;
  readonly requester: string;
  /** The instant that relative windows count from: the nominal time of a schedule, else the start of the run. */
  readonly anchorMs: number;
  readonly startedAt: string;
}

/** Validates the request, resolves its window and opens the run's record. Fails with `InvalidRequest`. */
export function planRun(deps: { directory: Directory; runs: RunRecords }) {
  return async (input: PlanRunInput): Promise<RunPlan> => {
    const { plan, report, definition } = planOf(input, deps.directory);
    if (definition) await requireSame(deps.runs, { ...definition, org: plan.org, at: input.startedAt });
    const { runKey, org, requester, queryHash, series, processing, window, deliveryId } = plan;
    const deliveries = deliveryPlans(plan).map((each) => ({
      deliveryId: each.deliveryId,
      destination: each.destination,
    }));
    const destination = deliveries.map((each) => each.destination).join(',');
    const { identity, startedAt } = input;
    const asked = { requester, queryHash, series, report, processing, window, startedAt, deliveries };
    await deps.runs.open({ runKey, org, destination, deliveryId, ...asked, ...identity }, cancellation());
    return plan;
  };
}

/** What a request comes to, without opening anything. Throws `InvalidRequest`. */
export function planOf(
  { request: raw, identity, requester, anchorMs }: PlanRunInput,
  directory: Directory,
): { readonly plan: RunPlan; readonly report: Report; readonly definition?: NonNullable<Source['definition']> } {
  const request = accepted(parseRequest(raw));
  requireOrganisation(directory, request.org ?? directory.defaultOrg);
  const { query, window: asked } = request;
  const { org, source, destinations, dates, metrics, ...names } = checkRequest(request, directory, (zone) =>
    resolveWindow({ dateFrom: query.dateFrom, dateTo: query.dateTo, ...zone, window: asked }, anchorMs),
  );
  refuseTooLong(dates, source.rules);
  refuseGrain(destinations, source);
  const [first, ...others] = destinations;
  const from = sourceIdentity(names.sourceName, source.definition?.hash);
  const subject = deliverySubjectOf(request, { org, destination: first.name, window: dates, source: from });
  const isLimited = request.processing.maxRows !== undefined;
  const delivery = ({ name, destination }: NamedDestination): PlannedDelivery => ({
    destination: name,
    deliveryId: deliveryIdOf({ ...subject, destination: identityOf(name, destination) }),
    partLimits: destination.limits,
    ...(destination.takes === 'rows' && !isLimited && { maxRows: ROWS_ALL }),
    ...grainIn(destination),
    attempts: destination.attempts,
  });
  const settleMs = parseDuration(asked?.settle ?? '0 s') ?? 0;
  const { kind, definition } = source;
  const place = { source: names.sourceName, ...(definition && { definition: definition.name }) };
  const report = reportOf(request, place, dates.timeZone);
  const plan = {
    ...subject,
    query: { ...subject.query, metric: metrics },
    runKey: runKeyOf(identity),
    requester,
    source: plannedSource(names.sourceName, source, directory.rulesOf(org)),
    queryHash: queryHashOf(subject),
    series: seriesOf(subject, { name: names.sourceName, kind, ...(definition && { definition: definition.hash }) }),
    report: boundedReport(report),
    ...delivery(first),
    ...(others.length > 0 && { further: others.map(delivery) }),
    ...(request.contract === 'freeze' && { contract: request.contract }),
    deadlineMs: parseDuration(request.poll.deadline) ?? 0,
    ...(settleMs > 0 && { settleUntil: new Date(Date.parse(dates.to) + settleMs).toISOString() }),
  };
  return { plan, report, ...(definition && { definition }) };
}

/** A change of definition is a new version: two windows of one version must not be made by two rules. */
async function requireSame(runs: RunRecords, definition: DefinitionRecord): Promise<void> {
  if ((await runs.define(definition, cancellation())) === definition.hash) return;
  const message = `the definition ${definition.name} was used before with other settings: raise its version, or take them back`;
  throw invalidRequest([{ path: 'source', message }]);
}

/** What a request asks for, in its own words: the same for every window of it. */
function reportOf({ name, query }: AskedFor, place: Pick<Report, 'source' | 'definition'>, timeZone: string): Report {
  const { reportType, metric: metrics, dimension: dimensions, filter, timeGroupBy } = query;
  return {
    ...(name !== undefined && { name }),
    ...place,
    ...{ reportType, metrics, dimensions, filter, timeGroupBy, timeZone },
  };
}

type AskedFor = Pick<ParsedRequest, 'name'> & {
  readonly query: Pick<ParsedRequest['query'], 'reportType' | 'metric' | 'dimension' | 'filter' | 'timeGroupBy'>;
};

function plannedSource(name: string, source: Source, rules: OrgRules | undefined): PlannedSource {
  const { dateKey, aggregates, askAgain, caveat } = source.rules;
  const steps = {
    derives: 'derive' in source,
    aborts: 'abort' in source,
    gated: queryLimits(source.rules, rules?.limits) !== undefined,
  };
  return { name, dateKey, aggregates, ...(caveat !== undefined && { caveat }), askAgain, ...steps };
}

function grainIn(destination: Destination): Pick<PlannedDelivery, 'grain'> {
  const grain = grainOf(destination);
  return grain === undefined ? {} : { grain };
}

function grainOf(destination: Destination): PlannedDelivery['grain'] {
  return destination.takes === 'rows' ? destination.grain : undefined;
}

/** A destination that takes journeys is another one than it was when it took rows. */
function identityOf(name: string, destination: Destination): string {
  const grain = grainOf(destination);
  return grain === undefined ? name : `${name} ${grain}`;
}

function refuseGrain(destinations: readonly NamedDestination[], source: Source): void {
  const problems = destinations.flatMap(({ name, destination }) => {
    const grain = grainOf(destination);
    if (grain === undefined || source.records) return [];
    return [{ path: 'destination', message: `"${name}" takes ${grain}, which only a source of kind contacts has` }];
  });
  if (problems.length > 0) throw invalidRequest(problems);
}

const DAY_MS = 86_400_000;

function refuseTooLong({ from, to }: RunWindow, { windowMostMs = Infinity }: SourceRules): void {
  if (Date.parse(to) - Date.parse(from) <= windowMostMs) return;
  const most = `${Math.floor(windowMostMs / DAY_MS)} days`;
  throw invalidRequest([
    { path: 'query.dateTo', message: `the source takes a window of ${most} at most: run a backfill` },
  ]);
}
