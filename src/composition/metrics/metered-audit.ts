import type { AuditEntry, AuditTrail, Meter } from '../../ports/index.js';

const STAGES = ['returned', 'kept', 'delivered'] as const;

/**
 * Counts what this process wrote into the trail, after its transaction: counters equal the trail as long as no process is
 * killed between the two, and are never above it. A replay writes nothing, so it counts nothing.
 */
export function meteredAudit(audit: AuditTrail, meter: Meter): AuditTrail {
  return {
    ...audit,
    async append(effectId, entry, ...rest) {
      const link = await audit.append(effectId, entry, ...rest);
      if (link.isNew) count(meter, entry);
      return link;
    },
  };
}

function count(meter: Meter, entry: AuditEntry): void {
  const { kind, status: outcome, rows } = entry;
  const place = { org: entry.org ?? '', source: entry.report?.source ?? '' };
  for (const { destination, outcome: ended, attempts } of deliveriesOf(entry)) {
    const of = { ...place, destination, outcome: ended };
    meter.record('journey_metrics_deliveries_finished', 1, of);
    meter.record('journey_metrics_delivery_attempts', attempts, of);
  }
  if (kind === 'delivery') return;
  meter.record('journey_metrics_runs_finished', 1, { ...place, kind, outcome, failure: entry.failureType ?? '' });
  if (kind !== 'run') return;
  meter.record('journey_metrics_run_seconds', entry.latency_ms / 1_000, { ...place, outcome });
  for (const stage of STAGES) if (rows) meter.record('journey_metrics_rows', rows[stage], { ...place, stage });
}

/** A run with several deliveries names them all, and each has an entry of its own that was counted before. */
function deliveriesOf({ kind, deliveries = [] }: AuditEntry): NonNullable<AuditEntry['deliveries']> {
  return kind === 'run' && deliveries.length > 1 ? [] : deliveries;
}
