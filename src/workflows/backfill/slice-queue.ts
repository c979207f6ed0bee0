import type { TimeRange } from '../../contract/request/backfill.js';

/** Slices that wait and cannot be planned again: what continue-as-new carries of the queue. */
export interface Carried {
  readonly halves: readonly TimeRange[];
  /** Those that the request lists. */
  readonly listed: readonly TimeRange[];
}

export const NOTHING_CARRIED: Carried = { halves: [], listed: [] };

/** What waits, in order: halves, those that the request lists, those that are planned. */
export interface SliceQueue {
  readonly size: number;
  /** Halves that wait. */
  readonly halves: number;
  addListed(slices: readonly TimeRange[]): void;
  addPlanned(slices: readonly TimeRange[]): void;
  /** Before everything else, so that few of them wait at a time. */
  addHalves(halves: readonly TimeRange[]): void;
  take(): TimeRange | undefined;
  readonly rest: Carried & {
    /** These can be planned again, from the first one on. */
    readonly planned: readonly TimeRange[];
  };
}

export function sliceQueue(carried: Carried): SliceQueue {
  const halves = [...carried.halves];
  const listed = [...carried.listed];
  const planned: TimeRange[] = [];
  return {
    get size() {
      return halves.length + listed.length + planned.length;
    },
    get halves() {
      return halves.length;
    },
    addListed: (slices) => void listed.push(...slices),
    addPlanned: (slices) => void planned.push(...slices),
    addHalves: (both) => void halves.unshift(...both),
    take: () => halves.shift() ?? listed.shift() ?? planned.shift(),
    rest: { halves, listed, planned },
  };
}
