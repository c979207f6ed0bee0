import type { z } from 'zod';
import type { backfillRequestSchema } from './backfill-schema.js';

/**
 * What a caller sends to `backfillJourneyMetrics`: a request of `aggregateJourneyMetrics` without its dates, and which
 * windows it is for. Either `from` and `to` (half-open; dates are days in the time zone), cut by `sliceBy`; or
 * `window.relative` and `lookback`, that window and the ones before it, this many in all. `slices` come before `from` and `to`.
 */
export type BackfillRequest = z.input<typeof backfillRequestSchema>;

/** Half-open; both are instants in UTC, e.g. `2026-11-01T00:00:00Z`. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
}
