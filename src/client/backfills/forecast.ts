import type { Client } from '@temporalio/client';
import { labelsIn } from '../../calendar/windows.js';
import type { TimeRange } from '../../contract/request/backfill.js';
import { AGGREGATE_WORKFLOW } from '../../contract/values/names.js';
import { nextPollDelayMs } from '../../domain/poll-cadence.js';
import type { ResolvedBackfill } from './resolve-backfill.js';
import { listRuns } from '../runs/run-list.js';

/** A slice; the label is for people, in the time zone: `2026-11-01`. */
export interface LabelledSlice extends TimeRange {
  readonly label: string;
}

/** What a backfill would do, and about how long it would take. Plain JSON. */
export interface BackfillForecast {
  /** The id that it would have. */
  readonly workflowId: string;
  readonly org: string;
  readonly timeZone: string;
  readonly range: TimeRange;
  readonly width: number;
  readonly total: number;
  /** All of them, in the order in which they would be run. */
  readonly slices: readonly LabelledSlice[];
  /** Requests to the source and the receiver, where none has to be repeated and every result has one page and one part. */
  readonly calls: {
    readonly tokens: number;
    readonly submissions: number;
    readonly polls: number;
    readonly deliveries: number;
  };
  readonly estimate: {
    /** One slice, and all of them. */
    readonly sliceMs: number;
    readonly totalMs: number;
    /** How many runs of this organisation `sliceMs` is the median of; 0: there are none, and it is assumed. */
    readonly runs: number;
  };
}

const RUNS_MOST = 20;
const ASSUMED_MS = 60_000;
/** A token of an hour is fetched again five minutes before it ends. */
const TOKEN_MS = 55 * 60_000;

/** @param runsMs how long runs like the slices took */
export function forecastOf(backfill: ResolvedBackfill, runsMs: readonly number[]): BackfillForecast {
  const { org, timeZone, range, width, slices } = backfill;
  const labelOf = labelsIn(timeZone);
  const total = slices.length;
  const sliceMs = medianOf(runsMs) ?? ASSUMED_MS;
  const totalMs = Math.ceil(total / width) * sliceMs;
  return {
    workflowId: backfill.workflowId(),
    org,
    timeZone,
    range,
    width,
    total,
    slices: slices.map((slice) => ({ ...slice, label: labelOf(slice) })),
    calls: {
      tokens: Math.max(1, Math.ceil(totalMs / TOKEN_MS)),
      submissions: total,
      polls: total * pollsWithin(sliceMs),
      deliveries: total,
    },
    estimate: { sliceMs, totalMs, runs: runsMs.length },
  };
}

/** How long the latest completed runs of the organisation took, in milliseconds. */
export async function recentRunsMs(client: Client, taskQueue: string, org: string): Promise<readonly number[]> {
  const also = `CxoneOrg = '${org}' AND RunOutcome = 'completed'`;
  const runs = await listRuns(client, { workflowType: AGGREGATE_WORKFLOW, taskQueue, also }, RUNS_MOST);
  return runs.flatMap(({ startedAt, closedAt }) =>
    closedAt === null ? [] : [Date.parse(closedAt) - Date.parse(startedAt)],
  );
}

/** Polls until a query that takes so long has its result. */
function pollsWithin(queryMs: number): number {
  let polls = 0;
  for (let ms = 0; polls === 0 || ms < queryMs; polls += 1) ms += nextPollDelayMs(ms);
  return polls;
}

function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
