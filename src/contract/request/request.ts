import type { z } from 'zod';
import type { CompareMode, OutlierMode, TimeGroup } from '../closed-sets.js';
import type { aggregateRequestSchema } from './request-schema.js';

/**
 * What a caller sends to `aggregateJourneyMetrics`: plain JSON, at most 8 KiB. `docs/` and the schema hold the rules.
 * The seed's flat body (`reportType`, `metric`, … at the top level) is accepted too, as the `query` of a request.
 */
export type AggregateRequest = z.input<typeof aggregateRequestSchema>;

export type { OutlierMode, TimeGroup } from '../closed-sets.js';
export type { ParsedRequest } from './request-schema.js';
export type { RunWindow } from '../values/window.js';

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

/** What is done to the rows, after verification and completeness. */
export interface Processing {
  /** Rows delivered at most; above it an exact, evenly spaced sample is taken. */
  readonly maxRows: number;
  readonly outliers: OutlierMode;
  readonly outlierMetrics: readonly string[];
  /** `off`: no `summary.rollup`. Absent is `on`. */
  readonly rollup?: 'on' | 'off' | undefined;
  /** What makes a new revision. Absent is `requested`. Part of no identity. */
  readonly compare?: CompareMode | undefined;
  /** One of the query's metrics, a count: means are weighted by it. */
  readonly weightMetric?: string | undefined;
}

/** Limits of one delivered part. */
export interface PartLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}
