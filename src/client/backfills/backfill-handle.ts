import { WorkflowNotFoundError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import { WIDTH_MOST } from '../../contract/limits.js';
import type { BackfillOutcome } from '../../contract/closed-sets.js';
import type { BackfillProgress, BackfillResult } from '../../contract/result/backfill-result.js';
import {
  BACKFILL_WORKFLOW,
  PAUSE_SIGNAL,
  PROGRESS_QUERY,
  RESUME_SIGNAL,
  SET_WIDTH_UPDATE,
} from '../../contract/values/names.js';
import { withClientErrors, invalidRequestError, JourneyMetricsError } from '../error.js';
import { withWorker } from '../runs/run-handle.js';
import { describe, type Present } from '../runs/describe.js';
import { summaryOf } from '../runs/run-list.js';
import type { RunSummary } from '../../contract/result/run-description.js';
import { readingAnyMemo } from '../payloads.js';

/** A backfill in a line; `windowFrom` is where its first slice begins. */
export type BackfillSummary = RunSummary<BackfillOutcome>;

/** All that there is to say of a backfill. */
export type BackfillDescription = BackfillSummary & Present<BackfillProgress, BackfillResult>;

/** One backfill. Every method rejects with `JourneyMetricsError`: with `BackfillNotFound` where the id names none. */
export interface BackfillHandle {
  readonly workflowId: string;
  /** First run id of the chain; absent on a handle made from a workflow id alone. */
  readonly runId?: string;
  /** Waits for the end, however long. Slices that failed are in the result: they do not make it reject. */
  result(): Promise<BackfillResult>;
  /** What it does now. Needs a worker; rejects with `TemporalUnavailable` when none answers in 10 s. */
  progress(): Promise<BackfillProgress>;
  /** Its state as Temporal lists it; needs no worker. */
  summary(): Promise<BackfillSummary>;
  /** All that there is to say of it: its progress while it runs, else its result, or why it has none. */
  describe(): Promise<BackfillDescription>;
  /** Asks it to stop: its runs are cancelled and audit themselves, then it ends. `BackfillClosed` when it has ended. */
  cancel(): Promise<void>;
  /** Starts no more slices until `resume`; those under way go on. `BackfillClosed` when it has ended. */
  pause(): Promise<void>;
  /** `BackfillClosed` when it has ended. */
  resume(): Promise<void>;
  /** This many slices side by side from now on, 1 to 20; answers with it. Needs a worker. `BackfillClosed` when it has ended. */
  setWidth(width: number): Promise<number>;
}

export function backfillHandle(client: Client, workflowId: string, runId?: string): BackfillHandle {
  const handle = client.workflow.getHandle(workflowId);
  const open = async (): Promise<void> => {
    const { status } = await describeBackfill(client, workflowId);
    if (status.name !== 'RUNNING') throw closed(workflowId);
  };
  const backfill: BackfillHandle = {
    workflowId,
    ...(runId !== undefined && { runId }),
    result: () =>
      withClientErrors(async () => {
        await describeBackfill(client, workflowId);
        return (await handle.result()) as BackfillResult;
      }),
    progress: () =>
      withClientErrors(async () => {
        await describeBackfill(client, workflowId);
        return withWorker(client, () => handle.query<BackfillProgress>(PROGRESS_QUERY));
      }),
    summary: () => withClientErrors(async () => summaryOf(await describeBackfill(client, workflowId))),
    describe: () => describe(backfill),
    cancel: () =>
      withClientErrors(async () => {
        await open();
        await handle.cancel();
      }),
    pause: () =>
      withClientErrors(async () => {
        await open();
        await handle.signal(PAUSE_SIGNAL);
      }),
    resume: () =>
      withClientErrors(async () => {
        await open();
        await handle.signal(RESUME_SIGNAL);
      }),
    setWidth: (width) =>
      withClientErrors(async () => {
        checkWidth(width);
        await open();
        return withWorker(client, () => handle.executeUpdate<number, [number]>(SET_WIDTH_UPDATE, { args: [width] }));
      }),
  };
  return backfill;
}

/** What Temporal knows of a backfill. Other workflows would take a signal of ours, and nothing would come of it. */
export async function describeBackfill(client: Client, workflowId: string): Promise<WorkflowExecutionDescription> {
  try {
    const description = await readingAnyMemo(client).workflow.getHandle(workflowId).describe();
    if (description.type === BACKFILL_WORKFLOW) return description;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  const hint = 'the namespace may no longer keep it, or the id is not of a backfill';
  throw new JourneyMetricsError('BackfillNotFound', `Temporal has no backfill ${workflowId}; ${hint}`);
}

function closed(workflowId: string): JourneyMetricsError {
  return new JourneyMetricsError('BackfillClosed', `${workflowId} is no longer active`);
}

function checkWidth(width: number): void {
  if (Number.isInteger(width) && width >= 1 && width <= WIDTH_MOST) return;
  throw invalidRequestError([{ path: 'width', message: `must be a whole number from 1 to ${WIDTH_MOST}` }]);
}
