import { halvesOf } from '../../calendar/slices.js';
import type { TimeRange } from '../../contract/request/backfill.js';

export interface HalveSliceInput extends TimeRange {
  readonly timeZone: string;
}

export interface SliceHalves {
  /** Two, earlier one first; none where the slice is an hour or less. */
  readonly halves: readonly TimeRange[];
}

/** Cuts a slice that was too much for the source in two. An activity, because replayed code knows no time zones. */
export function halveSlice({ from, to, timeZone }: HalveSliceInput): Promise<SliceHalves> {
  return Promise.resolve({ halves: halvesOf({ from, to }, timeZone) });
}
