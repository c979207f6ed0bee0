import { parseDuration } from '../contract/duration.js';
import type { RequestProblem } from '../contract/failures.js';
import { deliveryIdOf, deliverySubjectOf, queryHashOf, runKeyOf } from '../contract/ids.js';
import { parseRequest } from '../contract/request-schema.js';
import type { ParsedRequest, RunWindow } from '../contract/request.js';
import type { RunIdentity, RunPlan } from '../contract/run.js';
import { resolveWindow, WindowError } from '../calendar/windows.js';
import { invalidRequest } from './failures.js';
import { cancellation } from './interceptor.js';
import { nearestName } from '../domain/nearest-name.js';
import type { Catalogue, Directory, RunRecords } from './ports.js';

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
    const plan = planOf(input, deps.directory);
    const { runKey, org, requester, queryHash, window, destination, deliveryId } = plan;
    const { identity, startedAt } = input;
    await deps.runs.open(
      { runKey, org, requester, queryHash, window, destination, deliveryId, startedAt, ...identity },
      cancellation(),
    );
    return plan;
  };
}

function planOf({ request: raw, identity, requester, anchorMs }: PlanRunInput, directory: Directory): RunPlan {
  const parsed = parseRequest(raw);
  if (!parsed.ok) throw invalidRequest(parsed.problems);
  const { request } = parsed;
  const org = request.org ?? directory.defaultOrg;
  const destination = request.destination ?? directory.defaultDestination;
  const problems = [...unknownNames(request, directory.catalogue), ...unknownPlaces(org, destination, directory)];
  const window = windowOf(request, anchorMs, problems);
  const partLimits = directory.destinations[destination];
  if (problems.length > 0 || window === undefined || partLimits === undefined) throw invalidRequest(problems);

  const subject = deliverySubjectOf(request, { org, destination, window });
  const settleMs = parseDuration(request.window?.settle ?? '0 s') ?? 0;
  return {
    ...subject,
    runKey: runKeyOf(identity),
    requester,
    queryHash: queryHashOf(subject),
    deliveryId: deliveryIdOf(subject),
    partLimits,
    deadlineMs: parseDuration(request.poll.deadline) ?? 0,
    ...(settleMs > 0 && { settleUntil: new Date(Date.parse(window.to) + settleMs).toISOString() }),
  };
}

function windowOf(request: ParsedRequest, anchorMs: number, problems: RequestProblem[]): RunWindow | undefined {
  const { query, timeZone, window } = request;
  try {
    return resolveWindow({ dateFrom: query.dateFrom, dateTo: query.dateTo, timeZone, window }, anchorMs);
  } catch (error) {
    if (!(error instanceof WindowError)) throw error;
    problems.push({ path: error.path, message: error.message });
    return undefined;
  }
}

function unknownNames({ query }: ParsedRequest, catalogue: Catalogue): RequestProblem[] {
  const check = (path: string, kind: string, name: string, known: readonly string[]): RequestProblem[] => {
    if (known.includes(name)) return [];
    const nearest = nearestName(name, known);
    const hint = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean "${nearest}"?`;
    return [{ path, message: `"${name}" is not a known ${kind}: ${hint}` }];
  };
  return [
    ...check('query.reportType', 'report type', query.reportType, catalogue.reportTypes),
    ...query.metric.flatMap((name, index) => check(`query.metric.${index}`, 'metric', name, catalogue.metrics)),
    ...query.dimension.flatMap((name, index) =>
      check(`query.dimension.${index}`, 'dimension', name, catalogue.dimensions),
    ),
  ];
}

function unknownPlaces(org: string, destination: string, { orgs, destinations }: Directory): RequestProblem[] {
  const problems: RequestProblem[] = [];
  if (!orgs.includes(org)) {
    problems.push({ path: 'org', message: `"${org}" is not configured; configured: ${orgs.join(', ')}` });
  }
  if (!Object.hasOwn(destinations, destination)) {
    const names = Object.keys(destinations).join(', ');
    problems.push({ path: 'destination', message: `"${destination}" is not configured; configured: ${names}` });
  }
  return problems;
}
