import type { AggregateRequest } from '../contract/request/request.js';
import type { Destination } from './destination.js';
import type { OrgLimits } from './gate.js';
import type { Source } from './source.js';
import type { RunOutcome } from '../contract/closed-sets.js';

export interface OrgRules {
  /** Absent: UTC. */
  readonly timeZone?: string;
  /** Names of the destinations that its requests may name; absent: all. */
  readonly destinations?: readonly string[];
  /** What all workers together may ask of it. */
  readonly limits?: OrgLimits;
  /** Fingerprint of its credentials. */
  readonly credential?: string;
}

/** The names that a request may use, and what they stand for. Asked for each step: what is configured may change. */
export interface Directory {
  /** Whether organisations may come and go while the process runs. */
  readonly canChange: boolean;
  readonly defaultOrg: string;
  readonly defaultDestination: string;
  readonly orgs: readonly string[];
  /** Name of the source of a request that names none; undefined for an organisation that is not configured. */
  defaultSource(org: string): string | undefined;
  /** Names of its sources. */
  sources(org: string): readonly string[];
  source(org: string, name: string): Source | undefined;
  /** What holds for requests of an organisation that say nothing else; undefined for one that is not configured. */
  rulesOf(org: string): OrgRules | undefined;
  /** Names of the destinations that it may use. */
  destinations(org: string): readonly string[];
  /** Undefined, too, where the organisation may not use it. */
  destination(org: string, name: string): Destination | undefined;
}

/** How a workflow execution ended, seen from outside. */
export interface ClosedRun {
  readonly workflowId: string;
  readonly firstExecutionRunId: string;
  readonly status: 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed-out' | 'unknown';
  readonly org: string | null;
  /** Its own word on how it ended; null where it had none. */
  readonly outcome: RunOutcome | null;
  readonly closedAt: string;
}

/** A schedule of ours as it stands. */
export interface StandingSchedule {
  readonly id: string;
  readonly createdMs: number;
  /** Null where its times were made by hand. */
  readonly every: 'hour' | 'day' | 'week' | 'month' | null;
  readonly at: string | null;
  readonly timeZone: string;
  readonly paused: boolean;
  readonly note: string | null;
  /** As it was created, so not to be trusted. */
  readonly request: AggregateRequest;
}

/** The schedules in Temporal. */
export interface ScheduleDirectory {
  /** Every schedule of ours. @param changed one that the list may not have yet */
  standing(changed: string | undefined, signal: AbortSignal): AsyncIterable<StandingSchedule>;
  /** Starts nothing more until somebody resumes it. One that is paused stays so. */
  pause(id: string, note: string, signal: AbortSignal): Promise<void>;
}

/** Temporal, as `audit reconcile` sees it. */
export interface RunDirectory {
  /** Aggregations and redeliveries that ended since the instant and could not audit themselves: terminated, timed out, or without an outcome. */
  endedFromOutside(since: string, signal: AbortSignal): AsyncIterable<ClosedRun>;
  /** All of them that ended since the instant. Of a run that continued as new the first run is not known here: ask `firstOf`. */
  closedSince(since: string, signal: AbortSignal): AsyncIterable<ClosedRun>;
  /** The same end, under the run that was the first of its chain. */
  firstOf(closed: ClosedRun, signal: AbortSignal): Promise<ClosedRun>;
  /** How one run ended; null while it runs. `unknown` when Temporal no longer has it. */
  statusOf(run: { workflowId: string; firstExecutionRunId: string }, signal: AbortSignal): Promise<ClosedRun | null>;
}
