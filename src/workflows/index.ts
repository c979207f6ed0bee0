/** What the worker registers: workflows only. */
export { aggregateJourneyMetrics } from './aggregate-journey-metrics.js';
export { backfillJourneyMetrics } from './backfill-journey-metrics.js';
export { expireDatasets } from './expire-datasets.js';
export { reconcileAudit } from './reconcile-audit.js';
export { redeliver } from './redeliver.js';
