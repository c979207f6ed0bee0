import type { RunOutcome } from '../../contract/closed-sets.js';
import type { RunWindow } from '../../contract/values/window.js';
import type { DestinationState, DestinationStates, ListedRecord, RunPageFilter, RunPages } from '../../ports/index.js';
import { storedReport } from '../ledger/ledger-rows.js';
import type { Database } from '../postgres/database.js';

interface RunRow {
  readonly run_key: string;
  readonly workflow_id: string;
  readonly first_execution_run_id: string;
  readonly org: string;
  readonly series: string | null;
  readonly report: string | null;
  readonly name: string | null;
  readonly run_window: RunWindow;
  readonly delivery_id: string;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly outcome: RunOutcome | null;
  readonly rows: ListedRecord['rows'];
}

/** Every run that was ever planned. Reads only, throws only `RecordsError`. */
export function runPages(database: Database): RunPages {
  return {
    async page(filter, signal) {
      const rows = await database.run('listing runs', signal, (query) => query<RunRow>(PAGE, valuesOf(filter)));
      return rows.map(recordOf);
    },
    async find(workflowId, signal) {
      const [row] = await database.run('finding a run', signal, (query) =>
        query<Pick<RunRow, 'org' | 'delivery_id'>>(FIND, [workflowId]),
      );
      return row ? { org: row.org, deliveryId: row.delivery_id } : null;
    },
  };
}

function valuesOf(filter: RunPageFilter): readonly unknown[] {
  const { orgs, source, state, outcome, text, between, before, limit } = filter;
  // A text is searched for as it is: it holds no pattern.
  const pattern = text === undefined ? null : `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return [
    ...[orgs ?? null, source ?? null, state ?? null, outcome ?? null, pattern],
    ...[between?.from ?? null, between?.to ?? null, before?.startedAt ?? null, before?.runKey ?? null, limit],
  ];
}

function recordOf(row: RunRow): ListedRecord {
  return {
    runKey: row.run_key,
    workflowId: row.workflow_id,
    runId: row.first_execution_run_id,
    org: row.org,
    series: row.series,
    report: storedReport(row),
    window: row.run_window,
    deliveryId: row.delivery_id,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    outcome: row.outcome,
    rows: row.rows,
  };
}

const FIND = 'SELECT org, delivery_id FROM runs WHERE workflow_id = $1 ORDER BY started_at DESC LIMIT 1';

// What a run found is read of the runs of the page only.
const PAGE = `
SELECT l.*, (SELECT a.rows FROM audit a WHERE a.run_key = l.run_key AND a.kind <> 'delivery' AND a.rows IS NOT NULL LIMIT 1) AS rows
FROM (
  SELECT r.*, s.report FROM runs r LEFT JOIN series s USING (series)
  WHERE ($1::text[] IS NULL OR r.org = ANY($1))
    AND ($2::text IS NULL OR coalesce(s.report::json ->> 'source', 'analytics') = $2)
    AND ($3::text IS NULL OR (r.finished_at IS NULL) = ($3 = 'running'))
    AND ($4::text IS NULL OR r.outcome = $4)
    AND ($5::text IS NULL OR concat_ws(' ', r.org || ' · ' || coalesce(r.name, s.report::json ->> 'reportType'),
      r.workflow_id, r.series, r.run_window ->> 'label') ILIKE $5
      OR ((r.run_window ->> 'to')::timestamptz > $6::timestamptz AND (r.run_window ->> 'from')::timestamptz < $7::timestamptz))
    AND ($8::timestamptz IS NULL OR (r.started_at, r.run_key) < ($8, $9))
  ORDER BY r.started_at DESC, r.run_key DESC LIMIT $10
) l ORDER BY l.started_at DESC, l.run_key DESC`;

interface DestinationRow {
  readonly org: string;
  readonly destination: string;
  readonly series: number;
  readonly windows: number;
  readonly undelivered: number;
  readonly delivered_at: Date | null;
  readonly failed_at: Date | null;
  readonly reason: string | null;
}

/** How each destination fares. Reads only, throws only `RecordsError`. */
export function destinationStates(database: Database): DestinationStates {
  return {
    async states(orgs, signal) {
      const rows = await database.run('reading the state of destinations', signal, (query) =>
        query<DestinationRow>(DESTINATIONS, [orgs ?? null]),
      );
      return rows.map((row): DestinationState => {
        const { org, destination, series, windows, undelivered, delivered_at: at, failed_at: failed, reason } = row;
        const lastFailure = failed === null ? null : { at: failed.toISOString(), reason: reason ?? '' };
        return {
          org,
          destination,
          series,
          windows,
          undelivered,
          lastDeliveredAt: at?.toISOString() ?? null,
          lastFailure,
        };
      });
    },
  };
}

const DESTINATIONS = `
SELECT w.org, w.destination, count(DISTINCT w.series)::integer AS series, count(*)::integer AS windows,
  (count(*) FILTER (WHERE w.outcome = 'undelivered'))::integer AS undelivered,
  max(w.delivered_at) AS delivered_at, max(f.answered_at) AS failed_at,
  (array_agg(f.reason ORDER BY f.answered_at DESC NULLS LAST))[1] AS reason
FROM windows w
LEFT JOIN LATERAL (SELECT reason, answered_at FROM delivery_answers a
  WHERE w.outcome = 'undelivered' AND a.delivery_id = w.delivery_id AND NOT a.delivered ORDER BY answered_at DESC LIMIT 1) f ON true
WHERE $1::text[] IS NULL OR w.org = ANY($1)
GROUP BY w.org, w.destination ORDER BY w.org, w.destination`;
