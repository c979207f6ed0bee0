import type { Client, WorkflowExecutionInfo, WorkflowExecutionStatusName } from '@temporalio/client';
import { AGGREGATE_WORKFLOW, ORIGIN_MEMO } from '../contract/names.js';
import type { RunOutcome } from '../contract/result.js';
import { CXONE_ORG, JOURNEY_WINDOW_START, RUN_OUTCOME } from '../contract/search-attributes.js';

export type RunState = 'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed-out' | 'unknown';

/** A run in a line. Times are ISO 8601 in UTC. */
export interface RunSummary {
  readonly workflowId: string;
  readonly runId: string;
  readonly state: RunState;
  /** How it ended; null while it runs, and where it was ended from outside. */
  readonly outcome: RunOutcome | null;
  readonly org: string | null;
  readonly windowFrom: string | null;
  readonly startedAt: string;
  readonly closedAt: string | null;
}

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

export function summaryOf({
  workflowId,
  runId,
  status,
  startTime,
  closeTime,
  typedSearchAttributes,
  memo,
}: Described): RunSummary {
  // Temporal types no memo; under this name only continueRun writes.
  const origin = memo?.[ORIGIN_MEMO] as { readonly runId: string; readonly startedAt: string } | undefined;
  return {
    workflowId,
    runId: origin?.runId ?? runId,
    state: STATES[status.name] ?? 'unknown',
    outcome: (typedSearchAttributes.get(RUN_OUTCOME) ?? null) as RunOutcome | null,
    org: typedSearchAttributes.get(CXONE_ORG) ?? null,
    windowFrom: typedSearchAttributes.get(JOURNEY_WINDOW_START)?.toISOString() ?? null,
    startedAt: origin?.startedAt ?? startTime.toISOString(),
    closedAt: closeTime?.toISOString() ?? null,
  };
}

/** Aggregations that Temporal keeps, newest first; a run that continued as new is one run. */
export async function listRuns(client: Client, taskQueue: string, limit: number): Promise<readonly RunSummary[]> {
  const ours = `WorkflowType = '${AGGREGATE_WORKFLOW}' AND TaskQueue = '${taskQueue}'`;
  const query = `${ours} AND ExecutionStatus != 'ContinuedAsNew'`;
  const runs: RunSummary[] = [];
  for await (const info of client.workflow.list({ query, pageSize: limit })) {
    runs.push(summaryOf(info));
    if (runs.length >= limit) break;
  }
  return runs;
}
