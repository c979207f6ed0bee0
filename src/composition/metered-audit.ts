import type { AuditEntry, AuditTrail, Meter } from '../ports/index.js';

/**
 * Counts what is new in the trail, after its transaction: figures equal the trail as long as no process is killed between
 * the two, and are never above it.
 */
export function meteredAudit(audit: AuditTrail, meter: Meter): AuditTrail {
  return {
    ...audit,
    async append(effectId, entry, signal) {
      const link = await audit.append(effectId, entry, signal);
      if (link.isNew) recordEntry(meter, entry);
      return link;
    },
  };
}

const SECOND_MS = 1_000;

function recordEntry(meter: Meter, entry: AuditEntry): void {
  const { org: ofOrg, kind, status: outcome, report, rows, delivery, latency_ms: latencyMs } = entry;
  const org = ofOrg ?? '';
  const source = report?.source ?? '';
  const destination = delivery?.destination ?? '';
  meter.record('journey_metrics_runs_finished', 1, { org, source, destination, kind, outcome });
  if (delivery) {
    const attempts = { org, destination, outcome };
    meter.record('journey_metrics_delivery_attempts', delivery.attempts, attempts);
  }
  if (kind !== 'run') return;
  meter.record('journey_metrics_run_seconds', latencyMs / SECOND_MS, { org, source, outcome });
  for (const stage of ['returned', 'kept', 'delivered'] as const) {
    if (rows) meter.record('journey_metrics_rows', rows[stage], { org, source, stage });
  }
}
