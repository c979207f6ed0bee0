import type { AuditEntry, RunRecord } from '../../ports/index.js';
import type { Query } from '../postgres/database.js';
import { refreshWindows } from './refresh-windows.js';

/** Notes, in the caller's transaction, that a run reads a window for each of its deliveries: the newest run counts. */
export async function openWindows(query: Query, run: RunRecord): Promise<void> {
  const { org, series, report, window, runKey, workflowId, startedAt } = run;
  const { deliveryId, destination, deliveries = [{ deliveryId, destination }] } = run;
  const place = [org, report.source, series, window.from, window.to, window.label, window.timeZone];
  const values = [...place, report.name ?? null, runKey, workflowId, startedAt];
  const ids = deliveries.map((each) => each.deliveryId);
  await query(OPEN, [...values, ids, deliveries.map((each) => each.destination)]);
  await refreshWindows(query, ids);
  if (run.processing) await query(SET_PROCESSING, [series, JSON.stringify(run.processing)]);
}

/** Notes how a run ended, and what it read. In the transaction of its audit entry. */
export async function closeWindows(query: Query, entry: AuditEntry): Promise<void> {
  const { runKey, kind, status, failureType, rows, timestamp, reading, delivery, deliveries } = entry;
  const ended = deliveries ?? (kind === 'delivery' && delivery ? [{ ...delivery, outcome: status }] : []);
  const [ids, outcomes] = [ended.map((each) => each.deliveryId), ended.map((each) => each.outcome)];
  await query(CLOSE_EACH, [runKey, failureType, ids, outcomes]);
  // Others of the run's deliveries may be under way.
  if (kind === 'delivery') return;
  await query(CLOSE, [runKey, status, failureType]);
  if (rows !== null) await query(READ, [runKey, timestamp, rows.returned, reading ?? null]);
}

// A record may be opened after its run was audited: then that is how it ended.
const OPEN = `
INSERT INTO windows (org, source, series, window_from, window_to, label, time_zone, name, run_key, workflow_id, started_at,
                     outcome, delivery_id, destination)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
  (SELECT a.status FROM audit a WHERE a.run_key = $9 AND a.kind <> 'delivery' ORDER BY a.seq LIMIT 1), d.delivery_id, d.destination
FROM unnest($12::text[], $13::text[]) AS d (delivery_id, destination)
ORDER BY d.delivery_id
ON CONFLICT (delivery_id) DO UPDATE SET
  name = excluded.name, run_key = excluded.run_key, workflow_id = excluded.workflow_id, started_at = excluded.started_at,
  outcome = excluded.outcome, failure_type = NULL
WHERE windows.started_at <= excluded.started_at AND windows.run_key <> excluded.run_key`;

const SET_PROCESSING = 'UPDATE series SET processing = $2 WHERE series = $1 AND processing IS NULL';

const CLOSE_EACH = `
UPDATE windows SET outcome = ended.outcome, failure_type = $2
FROM unnest($3::text[], $4::text[]) AS ended (delivery_id, outcome)
WHERE windows.delivery_id = ended.delivery_id AND run_key = $1 AND windows.outcome IS NULL`;

const CLOSE = 'UPDATE windows SET outcome = $2, failure_type = $3 WHERE run_key = $1 AND outcome IS NULL';

const READ = `
UPDATE windows SET read_at = $2, rows = $3, reading = $4
WHERE (run_key = $1 OR delivery_id = (SELECT r.delivery_id FROM runs r WHERE r.run_key = $1))
  AND (read_at IS NULL OR read_at <= $2)`;
