import { resolveWindow } from '../../calendar/windows.js';
import { parseDuration } from '../../contract/duration.js';
import { deliveryIdOf, deliverySubjectOf, queryHashOf, runKeyOf, sourceIdentity } from '../../contract/ids.js';
import type { RunWindow } from '../../contract/request/request.js';
import { parseRequest } from '../../contract/request/request-schema.js';
import type { PlannedSource, RunIdentity, RunPlan } from '../../contract/run.js';
import { cancellation } from '../interceptor.js';
import type { Directory, RunRecords, Source, SourceRules } from '../../ports/index.js';
import { invalidRequest } from '../failures.js';
import { accepted, checkRequest } from './request-checks.js';

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
  const request = accepted(parseRequest(raw));
  const { query, window: asked } = request;
  const { org, source, destination, dates, metrics, ...names } = checkRequest(request, directory, (zone) =>
    resolveWindow({ dateFrom: query.dateFrom, dateTo: query.dateTo, ...zone, window: asked }, anchorMs),
  );
  refuseTooLong(dates, source.rules);
  const subject = deliverySubjectOf(request, {
    org,
    destination: names.destinationName,
    window: dates,
    source: sourceIdentity(names.sourceName, source.ruleHash),
  });
  const settleMs = parseDuration(asked?.settle ?? '0 s') ?? 0;
  return {
    ...subject,
    query: { ...subject.query, metric: metrics },
    runKey: runKeyOf(identity),
    requester,
    source: plannedSource(names.sourceName, source),
    queryHash: queryHashOf(subject),
    deliveryId: deliveryIdOf(subject),
    partLimits: destination.limits,
    attempts: destination.attempts,
    deadlineMs: parseDuration(request.poll.deadline) ?? 0,
    ...(settleMs > 0 && { settleUntil: new Date(Date.parse(dates.to) + settleMs).toISOString() }),
  };
}

function plannedSource(name: string, source: Source): PlannedSource {
  const { dateKey, askAgain } = source.rules;
  return { name, dateKey, askAgain, derives: 'derive' in source, aborts: 'abort' in source };
}

const DAY_MS = 86_400_000;

function refuseTooLong({ from, to }: RunWindow, { windowMostMs = Infinity }: SourceRules): void {
  if (Date.parse(to) - Date.parse(from) <= windowMostMs) return;
  const most = `${Math.floor(windowMostMs / DAY_MS)} days`;
  throw invalidRequest([
    { path: 'query.dateTo', message: `the source takes a window of ${most} at most: run a backfill` },
  ]);
}
