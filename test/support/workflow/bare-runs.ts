/** Workflows of a worker whose runs do nothing, for tests of what a backfill makes of hundreds of them. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { AggregateRequest } from '../../../src/contract/request/request.js';
import type { AggregateResult } from '../../../src/contract/result/result.js';

export { backfillJourneyMetrics } from '../../../src/workflows/backfill/backfill-journey-metrics.js';

const HOUR_MS = 3_600_000;

/** A run of one workflow task. It is capped where its window has more hours than `query.limit`. */
export function aggregateJourneyMetrics({
  query: { dateFrom = '', dateTo = '', limit = 10_000 },
}: AggregateRequest): Promise<Pick<AggregateResult, 'outcome' | 'rows' | 'quality' | 'completeness'>> {
  if ((Date.parse(dateTo) - Date.parse(dateFrom)) / HOUR_MS > limit) {
    throw ApplicationFailure.nonRetryable('more rows than the source gives', 'IncompleteResult', { capped: true });
  }
  return Promise.resolve({
    outcome: 'completed',
    rows: { returned: 1, kept: 1, delivered: 1 },
    quality: { warnings: [], nulls: {}, numericStrings: {} },
    completeness: { expected: 1, missing: [], missingCount: 0, nullBuckets: {} },
  });
}
