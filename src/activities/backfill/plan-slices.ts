import { slicesOfBackfill, type BackfillSlices } from '../../calendar/backfill-slices.js';
import { parseBackfillRequest } from '../../contract/request/backfill-schema.js';
import type { TimeRange } from '../../contract/request/backfill.js';
import { runKeyOf } from '../../contract/values/ids.js';
import type { RunIdentity } from '../../contract/run.js';
import type { Directory } from '../../ports/index.js';
import { requireOrganisation } from '../aggregate/places.js';
import { accepted, checkRequest } from '../aggregate/request-checks.js';

/** Slices in one answer: with their halves about as many children as one execution of a backfill should have. */
const BATCH = 150;

export interface PlanSlicesInput {
  /** As it came: starts from the UI, the `temporal` CLI and schedules are checked here first. */
  readonly request: unknown;
  readonly identity: RunIdentity;
  /** The instant that relative windows count from: the nominal time of a schedule, else the start of the backfill. */
  readonly anchorMs: number;
  /** `next` of the answer before, or the start of the first slice of it that was not started. Absent: the first answer. */
  readonly after?: string;
}

/** What a backfill is going to do next. */
export interface SlicePlan {
  /** Tells the runs of this backfill from those of another: the first 8 hex digits of its run key. */
  readonly key: string;
  readonly org: string;
  readonly timeZone: string;
  /** From the start of the first slice to the end of the last: of all, whatever part of them this answer has. */
  readonly range: TimeRange;
  /** In the order in which they are to be run; 150 at most. What the request lists, and windows of a lookback, come alone. */
  readonly slices: readonly TimeRange[];
  /** Of the whole request. */
  readonly total: number;
  /** Where the next answer begins; absent after the last. */
  readonly next?: string;
}

/** Validates the request of a backfill and cuts its range into slices, this many at a time. Fails with `InvalidRequest`. */
export function planSlices({ directory }: { directory: Directory }) {
  return async (input: PlanSlicesInput): Promise<SlicePlan> => Promise.resolve(planOf(input, directory));
}

function planOf({ request: raw, identity, anchorMs, after }: PlanSlicesInput, directory: Directory): SlicePlan {
  const request = accepted(parseBackfillRequest(raw));
  requireOrganisation(directory, request.org ?? directory.defaultOrg);
  const { org, dates } = checkRequest(request, directory, (zone) =>
    slicesOfBackfill({ ...request, ...zone }, anchorMs),
  );
  const { timeZone, range, total } = dates;
  const key = runKeyOf(identity).slice(0, 8);
  return { key, org, timeZone, range, total, ...batchOf(dates, after) };
}

function batchOf({ listed, cut }: BackfillSlices, after: string | undefined): Pick<SlicePlan, 'slices' | 'next'> {
  const alone = after === undefined && listed.length > 0;
  const slices = alone ? [...listed] : [];
  for (const slice of cut(after)) {
    if (alone || slices.length === BATCH) return { slices, next: slice.from };
    slices.push(slice);
  }
  return { slices };
}
