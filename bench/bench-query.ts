import type { RequestedKeys } from '../src/domain/row-verification.js';
import type { TimeGroup } from '../src/contract/request/request.js';

/** What the benches ask for: the seed's metrics and dimension over a week. */
export const QUERY_KEYS: RequestedKeys = {
  dateKey: 'date',
  metrics: ['journeyCompletionRate', 'journeyDropOffRate'],
  dimensions: ['journeyId'],
};

export const WINDOW = {
  from: '2026-11-01T00:00:00Z',
  to: '2026-11-08T00:00:00Z',
  timeZone: 'UTC',
  label: '2026-11-01..2026-11-07',
};

export const TIME_GROUP: TimeGroup = 'day';
