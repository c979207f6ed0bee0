/** What the worker registers: workflows only. */
export { aggregateJourneyMetrics } from './aggregate-journey-metrics.js';
export { reconcileAudit } from './reconcile-audit.js';
export { redeliver } from './redeliver.js';
