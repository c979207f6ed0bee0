import { redeliveryIdOf } from '../../contract/values/ids.js';
import { REDELIVER_WORKFLOW } from '../../contract/values/names.js';
import type { RedeliverRequest } from '../../contract/result/result.js';
import { CXONE_ORG } from '../../contract/search-attributes.js';
import { memoFor, type StartTarget } from './start-workflow.js';

export interface RedeliveryOptions {
  /** Who asks, where that is not whom the client was made for. Ends up in the audit entry. */
  readonly requester?: string;
  /** Organisation of what is delivered, where it is known: lists then show it. */
  readonly org?: string;
}

/** Starts a redelivery, or attaches to the one that is under way for the same run. */
export async function startRedelivery(
  target: StartTarget,
  request: RedeliverRequest,
  { requester, org }: RedeliveryOptions = {},
): Promise<{ readonly workflowId: string; readonly runId: string }> {
  const workflowId = redeliveryIdOf(request);
  const { firstExecutionRunId } = await target.client.workflow.start(REDELIVER_WORKFLOW, {
    workflowId,
    taskQueue: target.taskQueue,
    memo: memoFor(target, requester),
    args: [request],
    workflowIdConflictPolicy: 'USE_EXISTING',
    ...(org !== undefined && { typedSearchAttributes: [{ key: CXONE_ORG, value: org }] }),
  });
  return { workflowId, runId: firstExecutionRunId };
}
