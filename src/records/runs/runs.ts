import type { RecordedRun, RunRecord, RunRecords } from '../../ports/index.js';
import { storedReport } from '../ledger/ledger-rows.js';
import type { RunWindow } from '../../contract/request/request.js';
import { openWindows } from '../windows/known-windows.js';
import type { Database } from '../postgres/database.js';

interface RunRow {
  readonly run_key: string;
  readonly workflow_id: string;
  readonly first_execution_run_id: string;
  readonly org: string;
  readonly requester: string;
  readonly query_hash: string;
  readonly series: string | null;
  readonly name: string | null;
  readonly report: string | null;
  readonly run_window: RunWindow;
  readonly destination: string;
  readonly delivery_id: string;
  readonly started_at: Date;
}

/** Which runs there are. What closes a run's record is its audit entry: see `audit-trail.ts`. */
export function runRecords(database: Database): RunRecords {
  return {
    async open(run, signal) {
      await database.transaction('opening a run record', signal, async (query) => {
        await query(OPEN, valuesOf(run));
        await openWindows(query, run);
      });
    },
    async define({ org, name, hash, at }, signal) {
      const [row] = await database.run('recording a definition', signal, async (query) => {
        await query(DEFINE, [org, name, hash, at]);
        return query<{ hash: string }>('SELECT hash FROM definitions WHERE org = $1 AND name = $2', [org, name]);
      });
      return row?.hash ?? hash;
    },
    async reportOf(series, signal) {
      const [row] = await database.run('reading the settings of a series', signal, (query) =>
        query<{ report: string }>('SELECT report FROM series WHERE series = $1', [series]),
      );
      return storedReport({ report: row?.report ?? null, name: null });
    },
    async unaudited(before, limit, signal) {
      const rows = await database.run('listing runs without an audit entry', signal, (query) =>
        query<RunRow>(UNAUDITED, [before, limit]),
      );
      return rows.map(recordOf);
    },
  };
}

// One statement: no run refers to a series that is not there.
const OPEN = `
WITH known AS (INSERT INTO series (series, report) VALUES ($11, $13) ON CONFLICT DO NOTHING)
INSERT INTO runs (run_key, workflow_id, first_execution_run_id, org, requester, query_hash, run_window, destination,
                  delivery_id, started_at, series, name)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (run_key) DO NOTHING`;

const DEFINE =
  'INSERT INTO definitions (org, name, hash, first_used_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING';

// The trail itself is asked as well: a record that was opened after its run's entry was written stays open for ever.
const UNAUDITED = `
SELECT runs.*, (SELECT report FROM series WHERE series.series = runs.series) AS report FROM runs
WHERE finished_at IS NULL AND started_at < $1
  AND NOT EXISTS (SELECT FROM audit WHERE audit.run_key = runs.run_key AND audit.kind <> 'delivery')
ORDER BY started_at, run_key LIMIT $2`;

function valuesOf(run: RunRecord): readonly unknown[] {
  const { runKey, workflowId, firstExecutionRunId, org, requester, queryHash, destination, deliveryId, startedAt } =
    run;
  const { name = null, ...settings } = run.report;
  const window = JSON.stringify(run.window);
  return [
    runKey,
    workflowId,
    firstExecutionRunId,
    org,
    requester,
    queryHash,
    window,
    destination,
    deliveryId,
    startedAt,
    run.series,
    name,
    JSON.stringify(settings),
  ];
}

function recordOf(row: RunRow): RecordedRun {
  return {
    runKey: row.run_key,
    workflowId: row.workflow_id,
    firstExecutionRunId: row.first_execution_run_id,
    org: row.org,
    requester: row.requester,
    queryHash: row.query_hash,
    series: row.series,
    report: storedReport(row),
    window: row.run_window,
    destination: row.destination,
    deliveryId: row.delivery_id,
    startedAt: row.started_at.toISOString(),
  };
}
