import {
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
  type WorkflowExecutionStatusName,
} from '@temporalio/client';
import type { ClosedRun, RunDirectory } from '../../ports/index.js';
import { readingAnyMemo } from '../../client/payloads.js';
import { RUN_OUTCOMES } from '../../contract/closed-sets.js';
import { AGGREGATE_WORKFLOW, REDELIVER_WORKFLOW } from '../../contract/values/names.js';
import { CXONE_ORG, RUN_OUTCOME } from '../../contract/search-attributes.js';

const STATUSES: Partial<Record<WorkflowExecutionStatusName, ClosedRun['status']>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
};

/** Temporal's own list of this installation's runs, as the reconciliation of the audit trail reads it. */
export function temporalRunDirectory(reader: Client, taskQueue: string, now: () => number): RunDirectory {
  const client = readingAnyMemo(reader);
  const closedOf = (info: Info, firstExecutionRunId: string): ClosedRun => ({
    workflowId: info.workflowId,
    firstExecutionRunId,
    status: STATUSES[info.status.name] ?? 'unknown',
    org: info.typedSearchAttributes.get(CXONE_ORG) ?? null,
    outcome: outcomeIn(info.typedSearchAttributes.get(RUN_OUTCOME)),
    closedAt: (info.closeTime ?? new Date(now())).toISOString(),
  });
  // Another installation in the namespace has a task queue, and an audit trail, of its own.
  const ours = `WorkflowType IN ('${AGGREGATE_WORKFLOW}', '${REDELIVER_WORKFLOW}') AND TaskQueue = '${taskQueue}'`;
  const firstOf = async (closed: { readonly workflowId: string }, runId: string): Promise<string> =>
    firstRunOf(await client.workflow.getHandle(closed.workflowId, runId).describe());
  return {
    async *endedFromOutside(since) {
      const killed = `ExecutionStatus IN ('Terminated', 'TimedOut')`;
      // A run that audits itself shows its outcome then: without one it ended before it could.
      const silent = `ExecutionStatus IN ('Failed', 'Canceled', 'Completed') AND RunOutcome IS NULL`;
      const ended = `(${killed} OR (${silent})) AND CloseTime > '${since}'`;
      for await (const info of client.workflow.list({ query: `${ours} AND ${ended}` })) {
        // The list does not say which run was the first of the chain.
        yield closedOf(info, await firstOf(info, info.runId));
      }
    },
    async *closedSince(since) {
      const ended = `ExecutionStatus IN ('Completed', 'Failed', 'Canceled', 'Terminated', 'TimedOut') AND CloseTime > '${since}'`;
      for await (const info of client.workflow.list({ query: `${ours} AND ${ended}` }))
        yield closedOf(info, info.runId);
    },
    async firstOf(closed) {
      return { ...closed, firstExecutionRunId: await firstOf(closed, closed.firstExecutionRunId) };
    },
    async statusOf({ workflowId, firstExecutionRunId }) {
      const handle = client.workflow.getHandle(workflowId, undefined, { firstExecutionRunId });
      try {
        const info = await handle.describe();
        // Another run has the id now: this one was started before it, so it is over, and how it ended is not at hand.
        if (firstRunOf(info) !== firstExecutionRunId) return unknownEnd({ workflowId, firstExecutionRunId }, now());
        return info.status.name === 'RUNNING' ? null : closedOf(info, firstExecutionRunId);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return unknownEnd({ workflowId, firstExecutionRunId }, now());
        throw error;
      }
    },
  };
}

type Info = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'status' | 'typedSearchAttributes'> & {
  readonly closeTime?: Date | undefined;
};

function outcomeIn(said: string | undefined): ClosedRun['outcome'] {
  return RUN_OUTCOMES.find((outcome) => outcome === said) ?? null;
}

function firstRunOf({ raw, runId }: WorkflowExecutionDescription): string {
  const first = raw.workflowExecutionInfo?.firstRunId ?? '';
  return first === '' ? runId : first;
}

function unknownEnd(run: { workflowId: string; firstExecutionRunId: string }, now: number): ClosedRun {
  return { ...run, status: 'unknown', org: null, outcome: null, closedAt: new Date(now).toISOString() };
}
