import type { PartLimits, Processing, RunWindow, SourceQuery } from './request/request.js';

/** Who a run is, to everything outside Temporal. Survives continue-as-new and reset; new when a failed run is started again. */
export interface RunIdentity {
  readonly workflowId: string;
  readonly firstExecutionRunId: string;
}

/** What a run is going to do: the request, validated, with its window resolved and its identity computed (`planRun`). */
export interface RunPlan {
  /** Hash of the {@link RunIdentity}: every effect id of the run derives from it and the step. 32 hex digits. */
  readonly runKey: string;
  readonly org: string;
  readonly requester: string;
  readonly query: SourceQuery;
  /** Hash of query and processing, without organisation, destination and window. 16 hex digits. */
  readonly queryHash: string;
  readonly window: RunWindow;
  readonly processing: Processing;
  readonly destination: string;
  readonly partLimits: PartLimits;
  /** Identity of what is delivered, no matter who asks for it: see `deliveryIdOf`. 32 hex digits. */
  readonly deliveryId: string;
  /** How long a result is waited for, from the first submission on. */
  readonly deadlineMs: number;
  /** Wait until this instant before anything is asked; absent when there is nothing to wait for. */
  readonly settleUntil?: string;
}
