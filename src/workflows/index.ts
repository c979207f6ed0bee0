/** What the worker registers: workflows only. */
export { aggregateJourneyMetrics } from './aggregate/aggregate-journey-metrics.js';
export { backfillJourneyMetrics } from './backfill/backfill-journey-metrics.js';
export { tellAlert } from './alerts/tell-alert.js';
export { tellAlerts } from './alerts/tell-alerts.js';
export { watchSchedules } from './alerts/watch-schedules.js';
export { checkAudit } from './upkeep/check-audit.js';
export { expireDatasets } from './upkeep/expire-datasets.js';
export { noteSchedules } from './upkeep/note-schedules.js';
export { reconcileAudit } from './upkeep/reconcile-audit.js';
export { redeliver } from './aggregate/redeliver.js';
