import type { BackfillHandle, BackfillProgress, BackfillRequest } from '../../../src/client.js';
import type { Product } from '../product.js';
import { until } from '../until.js';

/** Leap-year days, long past: a backfill may not end in the future. Every row is delivered, whatever the numbers are. */
export function backfillRequest({ env }: Product, change: Partial<BackfillRequest> = {}): BackfillRequest {
  return {
    org: env['CXONE_ORG_ID'],
    query: { metric: ['journeyCompletionRate'], dimension: ['journeyId'] },
    from: '2024-02-28',
    to: '2024-03-02',
    processing: { outliers: 'off' },
    ...change,
  };
}

/** Waits until a backfill says that it is so far. */
export function untilProgress(
  backfill: Pick<BackfillHandle, 'progress'>,
  what: string,
  isSoFar: (progress: BackfillProgress) => boolean,
): Promise<BackfillProgress> {
  return until(what, () => backfill.progress(), isSoFar);
}

/** First days of the windows of the queries that the source has accepted, in order. */
export function daysAsked({ simulator }: Product): readonly string[] {
  return simulator.cxone.queries().map(({ query }) => query.dateFrom.slice(0, 10));
}
