import type { Grain } from './closed-sets.js';
import type { Report } from './result/report.js';
import type { PartLimits, Processing, RunWindow, SourceQuery } from './request/request.js';

/** Who a run is, to everything outside Temporal. Survives continue-as-new and reset; new when a failed run is started again. */
export interface RunIdentity {
  readonly workflowId: string;
  readonly firstExecutionRunId: string;
}

/** When a destination is tried again. It is part of a run's plan, so a run keeps the one that it began with. */
export interface AttemptSchedule {
  /** Waits before attempts 1, 2, 3, … at one part: there are as many attempts as waits. */
  readonly waitsMs: readonly number[];
  /** Waits of this length and more are spread, by this share up or down. */
  readonly jitterFromMs: number;
  readonly jitter: number;
}

/** What a run keeps of its source: it stays as it was when the run began. */
export interface PlannedSource {
  /** Of the organisation's sources. */
  readonly name: string;
  /** The key under which a row says when it is of. */
  readonly dateKey: string;
  /** Whether a row sums up what has its date and dimensions. */
  readonly aggregates: boolean;
  /** What people must know before they read its numbers. */
  readonly caveat?: string;
  /** Whether a query that is gone may be submitted again: up to twice, or `once`. */
  readonly askAgain: boolean | 'once';
  /** Whether its pages become rows in a step of their own. */
  readonly derives: boolean;
  /** Whether a query that nobody waits for any more can be ended upstream. */
  readonly aborts: boolean;
  /** Whether its queries wait for one another. */
  readonly gated: boolean;
}

/** One of the deliveries of a run. */
export interface PlannedDelivery {
  readonly destination: string;
  readonly partLimits: PartLimits;
  /** Rows at most, where they are not those of the processing. */
  readonly maxRows?: number;
  /** What is delivered in place of the report's rows. Absent: those. */
  readonly grain?: Exclude<Grain, 'rows'>;
  /** When the destination is tried again. */
  readonly attempts: AttemptSchedule;
  /** Identity of what is delivered, no matter who asks for it: see `deliveryIdOf`. 32 hex digits. */
  readonly deliveryId: string;
}

/** What a run is going to do: the request, validated, with its window resolved and its identity computed (`planRun`). */
export interface RunPlan extends PlannedDelivery {
  /** Hash of the {@link RunIdentity}: every effect id of the run derives from it and the step. 32 hex digits. */
  readonly runKey: string;
  readonly org: string;
  readonly requester: string;
  readonly source: PlannedSource;
  readonly query: SourceQuery;
  /** Hash of query and processing, without organisation, destination and window. 16 hex digits. */
  readonly queryHash: string;
  /** What the report is known by from window to window: see `seriesOf`. 16 hex digits. */
  readonly series: string;
  /** What was asked for; a filter of more than 1 KiB is null here. */
  readonly report: Report;
  readonly window: RunWindow;
  readonly processing: Processing;
  /** Deliveries beside the first, which is the plan's own. */
  readonly further?: readonly PlannedDelivery[];
  /** A change in the fields of rows fails the run. */
  readonly contract?: 'freeze';
  /** How long a result is waited for, from the first submission on. */
  readonly deadlineMs: number;
  /** Wait until this instant before anything is asked; absent when there is nothing to wait for. */
  readonly settleUntil?: string;
}

/** The plan of each delivery of a run, the first one first. */
export function deliveryPlans({ further = [], ...plan }: RunPlan): readonly RunPlan[] {
  const { maxRows: _rows, grain: _grain, ...common } = plan;
  return [plan, ...further.map((delivery) => ({ ...common, ...delivery }))];
}
