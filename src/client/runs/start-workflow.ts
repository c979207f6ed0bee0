import { userInfo } from 'node:os';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { ASKED_MEMO, REQUESTER_MEMO } from '../../contract/values/names.js';
import type { AskedMemo } from '../../contract/result/run-description.js';
import type { RunWindow } from '../../contract/values/window.js';
import { CXONE_ORG, JOURNEY_WINDOW_START } from '../../contract/search-attributes.js';

export interface StartOptions {
  /** Read the source again although this request has been answered: the id gets `-2`, `-3`, … */
  readonly again?: boolean;
  /** Who asks, where that is not whom the client was made for. Ends up in the audit entry. */
  readonly requester?: string;
}

/** What starts have in common: where they go, and what they leave there for a reader. */
export interface StartTarget {
  readonly client: Client;
  readonly taskQueue: string;
  readonly memo: Readonly<Record<string, unknown>>;
}

/** A request that names its workflow: the same request, the same id. */
export interface Startable {
  readonly workflowType: string;
  readonly request: unknown;
  readonly org: string;
  /** Where its (first) window begins. */
  readonly from: string;
  /** Of all of it, where it has several windows. Lists show it. */
  readonly window: RunWindow;
  /** For people: shown by the Temporal UI. */
  readonly summary: string;
  /** @param again 1 for the first time, 2, 3, … for further ones */
  workflowId(again?: number): string;
}

/** `runId` is the first of the chain; absent where the workflow had ended already. */
export interface Started {
  readonly workflowId: string;
  readonly runId?: string;
}

/** Starts it, or attaches to the one that this request has already: under way or answered. A failed one is run again. */
export async function startOrAttach(
  target: StartTarget,
  startable: Startable,
  { again = false, requester }: StartOptions = {},
): Promise<Started> {
  let number = 1;
  while (again && (await exists(target.client, startable.workflowId(number)))) number += 1;
  const workflowId = startable.workflowId(number);
  const { workflowType, request, org, from, window, summary } = startable;
  const asked: AskedMemo = { window };
  try {
    const { firstExecutionRunId } = await target.client.workflow.start(workflowType, {
      workflowId,
      taskQueue: target.taskQueue,
      memo: { ...memoFor(target, requester), [ASKED_MEMO]: asked },
      args: [request],
      staticSummary: summary,
      typedSearchAttributes: [
        { key: CXONE_ORG, value: org },
        { key: JOURNEY_WINDOW_START, value: new Date(from) },
      ],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    });
    return { workflowId, runId: firstExecutionRunId };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { workflowId };
    throw error;
  }
}

/** What a target leaves with every start, with another name on it where one is given. */
export function memoFor({ memo }: Pick<StartTarget, 'memo'>, requester: string | undefined): Record<string, unknown> {
  return { ...memo, ...(requester !== undefined && { [REQUESTER_MEMO]: requester }) };
}

async function exists(client: Client, workflowId: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId).describe();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Name of the user of this process. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user without a name.
    return 'unknown';
  }
}
