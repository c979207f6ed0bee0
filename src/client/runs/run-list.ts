import type { Client, WorkflowExecutionInfo, WorkflowExecutionStatusName } from '@temporalio/client';
import { boundsOf, matchOf, type NamedWindow } from '../../calendar/named-window.js';
import { ASKED_MEMO, ORIGIN_MEMO } from '../../contract/values/names.js';
import type { KnownRunState, RunOutcome, RunState, RunWord } from '../../contract/closed-sets.js';
import { askedMemoSchema, type RunSummary } from '../../contract/result/run-description.js';
import { readingAnyMemo } from '../payloads.js';
import { CXONE_ORG, JOURNEY_WINDOW_START, RUN_OUTCOME } from '../../contract/search-attributes.js';

const STATES: Partial<Record<WorkflowExecutionStatusName, RunState>> = {
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
  CONTINUED_AS_NEW: 'running',
};

type Described = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'status' | 'startTime' | 'typedSearchAttributes' | 'memo'
> & {
  readonly closeTime?: Date | undefined;
};

/** @returns the outcome as its workflow writes it: of another type of workflow it is of another type */
export function summaryOf<Outcome = RunOutcome>(described: Described): RunSummary<Outcome> {
  const { workflowId, runId, status, startTime, closeTime, typedSearchAttributes, memo } = described;
  const origin = originOf(memo?.[ORIGIN_MEMO]);
  // Anybody who starts a run may write anything there.
  const asked = askedMemoSchema.safeParse(memo?.[ASKED_MEMO]).data;
  return {
    workflowId,
    runId: origin?.runId ?? runId,
    state: STATES[status.name] ?? 'unknown',
    outcome: (typedSearchAttributes.get(RUN_OUTCOME) ?? null) as Outcome | null,
    org: typedSearchAttributes.get(CXONE_ORG) ?? null,
    windowFrom: typedSearchAttributes.get(JOURNEY_WINDOW_START)?.toISOString() ?? null,
    window: asked?.window ?? null,
    series: asked?.series ?? null,
    report: asked?.report ?? null,
    findings: asked?.findings ?? null,
    startedAt: origin?.startedAt ?? startTime.toISOString(),
    closedAt: closeTime?.toISOString() ?? null,
  };
}

/** What `continueRun` wrote. Anybody who starts a run may write anything there. */
function originOf(memo: unknown): { readonly runId: string; readonly startedAt: string } | undefined {
  if (typeof memo !== 'object' || memo === null || !('runId' in memo) || !('startedAt' in memo)) return undefined;
  const { runId, startedAt } = memo;
  const isRead = typeof runId === 'string' && typeof startedAt === 'string' && !Number.isNaN(Date.parse(startedAt));
  return isRead ? { runId, startedAt } : undefined;
}

/** Which runs are listed; all of them unless something is said. */
export interface RunFilter {
  /** Of these organisations; none of an empty list. */
  readonly orgs?: readonly string[];
  readonly state?: KnownRunState;
  /** How it ended, if it has. */
  readonly outcome?: RunWord;
  readonly series?: string;
  /** Whose window has a part of it, on the clocks of the window's own zone. */
  readonly window?: NamedWindow;
}

const STATUSES: Readonly<Record<KnownRunState, string>> = {
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Canceled',
  terminated: 'Terminated',
  'timed-out': 'TimedOut',
};

/** A filter in Temporal's words; undefined where it leaves nothing out. */
export function visibilityOf({ orgs, state, outcome, window }: RunFilter): string | undefined {
  const named = orgs?.map((org) => `'${org.replaceAll(/[\\']/g, '\\$&')}'`);
  const terms = [
    ...(named ? [`CxoneOrg IN (${named.join(', ')})`] : []),
    ...(state === undefined ? [] : [`ExecutionStatus = '${STATUSES[state]}'`]),
    ...(outcome === undefined ? [] : [outcomeTerm(outcome)]),
    // Where it ends is in the memo, which Temporal does not search.
    ...(window === undefined ? [] : [`JourneyWindowStart < '${new Date(boundsOf(window).end).toISOString()}'`]),
  ];
  return terms.length === 0 ? undefined : terms.join(' AND ');
}

/** Temporal itself knows the ends that are no result; a run that was ended from outside wrote none. */
function outcomeTerm(outcome: RunWord): string {
  return outcome === 'completed' || outcome === 'unchanged' || outcome === 'undelivered'
    ? `RunOutcome = '${outcome}'`
    : `ExecutionStatus = '${STATUSES[outcome]}'`;
}

/** What is listed: executions of one type of workflow; with `also`, those of them that a visibility query finds. */
export interface ListQuery {
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly also?: string;
}

/** Runs that are read at a time where most of them may be left out. */
const PAGE = 1_000;

/** Runs that Temporal keeps, newest first; one that continued as new is one run. */
export async function listRuns<Outcome = RunOutcome>(
  client: Client,
  { workflowType, taskQueue, also }: ListQuery,
  limit: number,
  { series, window }: Pick<RunFilter, 'series' | 'window'> = {},
): Promise<readonly RunSummary<Outcome>[]> {
  const ours = `WorkflowType = '${workflowType}' AND TaskQueue = '${taskQueue}'`;
  const query = `${ours} AND ExecutionStatus != 'ContinuedAsNew'${also === undefined ? '' : ` AND ${also}`}`;
  const runs: RunSummary<Outcome>[] = [];
  const pageSize = series === undefined && window === undefined ? limit : PAGE;
  for await (const info of readingAnyMemo(client).workflow.list({ query, pageSize })) {
    const run = summaryOf<Outcome>(info);
    const isOther = series !== undefined && run.series !== series;
    if (isOther || (window && !(run.window && matchOf(window, run.window)))) continue;
    runs.push(run);
    if (runs.length >= limit) break;
  }
  return runs;
}
