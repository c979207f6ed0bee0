import type { PartLimits } from '../contract/request/request.js';

/** The names that a request may use. */
export interface Directory {
  readonly defaultOrg: string;
  readonly orgs: readonly string[];
  readonly defaultDestination: string;
  /** Configured destinations and the limits of their parts. */
  readonly destinations: Readonly<Record<string, PartLimits>>;
  /** Report types, metrics and dimensions that the source knows. */
  readonly catalogue: Catalogue;
}

export interface Catalogue {
  readonly reportTypes: readonly string[];
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
}

/** How a workflow execution ended, seen from outside. */
export interface ClosedRun {
  readonly workflowId: string;
  readonly firstExecutionRunId: string;
  readonly status: 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed-out' | 'unknown';
  readonly org: string | null;
  readonly closedAt: string;
}

/** Temporal, as `audit reconcile` sees it. */
export interface RunDirectory {
  /** Aggregations that were terminated or timed out since the instant: they could not audit themselves. */
  endedFromOutside(since: string, signal: AbortSignal): AsyncIterable<ClosedRun>;
  /** How one run ended; null while it runs. `unknown` when Temporal no longer has it. */
  statusOf(run: { workflowId: string; firstExecutionRunId: string }, signal: AbortSignal): Promise<ClosedRun | null>;
}
