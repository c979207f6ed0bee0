import {
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
  type WorkflowExecutionStatusName,
} from '@temporalio/client';
import type { ClosedRun, RunDirectory } from '../ports/index.js';
import { readingAnyMemo } from '../client/payloads.js';
import { AGGREGATE_WORKFLOW } from '../contract/names.js';
import { CXONE_ORG } from '../contract/search-attributes.js';

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
    closedAt: (info.closeTime ?? new Date(now())).toISOString(),
  });
  // Another installation in the namespace has a task queue, and an audit trail, of its own.
  const ours = `WorkflowType = '${AGGREGATE_WORKFLOW}' AND TaskQueue = '${taskQueue}'`;
  return {
    async *endedFromOutside(since) {
      const killed = `ExecutionStatus IN ('Terminated', 'TimedOut')`;
      // A run that audits itself shows its outcome then: without one it ended before it could.
      const silent = `ExecutionStatus IN ('Failed', 'Canceled', 'Completed') AND RunOutcome IS NULL`;
      const ended = `(${killed} OR (${silent})) AND CloseTime > '${since}'`;
      for await (const info of client.workflow.list({ query: `${ours} AND ${ended}` })) {
        // The list does not say which run was the first of the chain.
        const described = await client.workflow.getHandle(info.workflowId, info.runId).describe();
        yield closedOf(info, firstRunOf(described));
      }
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

function firstRunOf({ raw, runId }: WorkflowExecutionDescription): string {
  const first = raw.workflowExecutionInfo?.firstRunId ?? '';
  return first === '' ? runId : first;
}

function unknownEnd(run: { workflowId: string; firstExecutionRunId: string }, now: number): ClosedRun {
  return { ...run, status: 'unknown', org: null, closedAt: new Date(now).toISOString() };
}
