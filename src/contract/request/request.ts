import type { z } from 'zod';
import type { aggregateRequestSchema } from './request-schema.js';

/**
 * What a caller sends to `aggregateJourneyMetrics`: plain JSON, at most 8 KiB. `docs/` and the schema hold the rules.
 * The seed's flat body (`reportType`, `metric`, … at the top level) is accepted too, as the `query` of a request.
 */
export type AggregateRequest = z.input<typeof aggregateRequestSchema>;

export type { ParsedRequest } from './request-schema.js';

export type TimeGroup = 'hour' | 'day' | 'week' | 'month';
export type OutlierMode = 'remove' | 'flag' | 'off';

/** The query as the source gets it: dates are instants in UTC with a literal `Z`, half-open `[dateFrom, dateTo)`. */
export interface SourceQuery {
  readonly reportType: string;
  readonly metric: readonly string[];
  readonly dimension: readonly string[];
  readonly filter: Readonly<Record<string, unknown>>;
  readonly timeGroupBy: TimeGroup;
  readonly dateFrom: string;
  readonly dateTo: string;
  /** Rows per page, 1..10000. */
  readonly limit: number;
}

/** A half-open window `[from, to)`; both are instants in UTC, e.g. `2026-11-01T00:00:00Z`. */
export interface RunWindow {
  readonly from: string;
  readonly to: string;
  /** IANA zone in which its days and buckets are counted. */
  readonly timeZone: string;
  /** For people, in that zone: `2026-11-01..2026-11-07`, both inclusive, or with times where it has some. */
  readonly label: string;
}

/** What is done to the rows, after verification and completeness. */
export interface Processing {
  /** Rows delivered at most; above it an exact, evenly spaced sample is taken. */
  readonly maxRows: number;
  readonly outliers: OutlierMode;
  readonly outlierMetrics: readonly string[];
  /** `off`: no `summary.rollup`. Absent is `on`. */
  readonly rollup?: 'on' | 'off' | undefined;
  /** One of the query's metrics, a count: means are weighted by it. */
  readonly weightMetric?: string | undefined;
}

/** Limits of one delivered part. */
export interface PartLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}
