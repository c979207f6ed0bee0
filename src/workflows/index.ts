/** What the worker registers: workflows only. */
export { aggregateJourneyMetrics } from './aggregate/aggregate-journey-metrics.js';
export { backfillJourneyMetrics } from './backfill/backfill-journey-metrics.js';
export { expireDatasets } from './upkeep/expire-datasets.js';
export { noteSchedules } from './upkeep/note-schedules.js';
export { reconcileAudit } from './upkeep/reconcile-audit.js';
export { redeliver } from './aggregate/redeliver.js';
