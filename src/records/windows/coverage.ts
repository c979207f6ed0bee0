import type {
  CoverageFilter,
  CoverageRecords,
  Expectation,
  SeriesFacts,
  WindowFacts,
  WindowHistory,
} from '../../ports/index.js';
import type { Processing } from '../../contract/request/request.js';
import type { Report } from '../../contract/result/report.js';
import type { Database } from '../postgres/database.js';
import { revisionHistory, type RecordedRevision } from '../ledger/history.js';
import { storedReport } from '../ledger/ledger-rows.js';

interface SeriesRow {
  readonly org: string;
  readonly series: string;
  readonly source: string;
  readonly destination: string;
  readonly time_zone: string;
  readonly name: string | null;
  readonly report: string | null;
  readonly processing: string | null;
  readonly windows: string | null;
  readonly expectations: string | null;
}

/** Reads only. Throws only `RecordsError`. */
export function coverageRecords(database: Database): CoverageRecords {
  return {
    async read(filter, signal) {
      const rows = await database.run('reading the coverage of series', signal, (query) =>
        query<SeriesRow>(COVERAGE, valuesOf(filter)),
      );
      return rows.map(factsOf);
    },
    async history(deliveryId, signal) {
      const revisions = await revisionHistory(database, { deliveryId }, signal);
      const [first] = revisions;
      if (first === undefined) return null;
      const { org, destination, series, report, window } = first;
      return { deliveryId, org, destination, series, report, window, revisions: revisions.map(listingOf) };
    },
  };
}

function valuesOf({ orgs, series, source, destination }: CoverageFilter): readonly unknown[] {
  return [orgs ?? null, series ?? null, source ?? null, destination ?? null];
}

function listingOf(revision: RecordedRevision): WindowHistory['revisions'][number] {
  const { parts, delivered } = revision;
  return {
    revision: revision.revision,
    claimedAt: revision.claimedAt,
    deliveredAt: delivered?.at ?? null,
    rows: parts === null ? null : parts.reduce((sum, { rows }) => sum + rows, 0),
    causes: revision.causes?.causes ?? null,
    readings: revision.readings,
  };
}

function factsOf(row: SeriesRow): SeriesFacts {
  const { org, series, source, destination, time_zone: timeZone } = row;
  const report: Report | null = storedReport(row);
  // Texts of ours: the statement wrote them.
  const windows = (JSON.parse(row.windows ?? '[]') as readonly WindowTuple[]).map(windowOf);
  const processing = JSON.parse(row.processing ?? 'null') as Processing | null;
  const expectations = JSON.parse(row.expectations ?? '[]') as readonly Expectation[];
  return { org, series, source, destination, timeZone, report, processing, windows, expectations };
}

/** A window as an array, which is half as long as an object: there are many. */
type WindowTuple = readonly [
  WindowFacts['deliveryId'],
  WindowFacts['fromMs'],
  WindowFacts['toMs'],
  WindowFacts['label'],
  WindowFacts['workflowId'],
  WindowFacts['outcome'],
  WindowFacts['failureType'],
  WindowFacts['readAtMs'],
  WindowFacts['rows'],
  WindowFacts['reading'],
  WindowFacts['revision'],
  WindowFacts['newestRevision'],
  WindowFacts['corrections'],
  WindowFacts['deliveredAtMs'],
  WindowFacts['claimedAtMs'],
];

function windowOf(tuple: WindowTuple): WindowFacts {
  const [deliveryId, fromMs, toMs, label, workflowId, outcome, failureType, readAtMs, rows, reading, ...rest] = tuple;
  const [revision, newestRevision, corrections, deliveredAtMs, claimedAtMs] = rest;
  return {
    deliveryId,
    fromMs,
    toMs,
    label,
    workflowId,
    outcome,
    failureType,
    readAtMs,
    rows,
    reading,
    revision,
    newestRevision,
    corrections,
    deliveredAtMs,
    claimedAtMs,
  };
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;

// One statement. Windows and expectations come as JSON, a row a series: as rows they would take three times as long to read.
const COVERAGE = `
WITH asked AS (
  SELECT * FROM windows w
  WHERE ($1::text[] IS NULL OR w.org = ANY($1)) AND ($2::text IS NULL OR w.series = $2)
    AND ($3::text IS NULL OR w.source = $3) AND ($4::text IS NULL OR w.destination = $4)
), revisions AS (
  SELECT r.delivery_id, max(r.revision) AS newest, max(r.revision) FILTER (WHERE r.delivered_by IS NOT NULL) AS delivered,
    greatest(count(r.delivered_by) - 1, 0) AS corrections, max(r.delivered_at) AS delivered_at,
    max(r.claimed_at) FILTER (WHERE r.delivered_by IS NOT NULL) AS claimed_at
  FROM delivery_revisions r JOIN asked USING (delivery_id) GROUP BY r.delivery_id
), known AS (
  SELECT org, series, destination, max(source) AS source, max(time_zone) AS time_zone,
    (array_agg(name ORDER BY started_at DESC))[1] AS name,
    json_agg(json_build_array(delivery_id, ${ms('window_from')}, ${ms('window_to')}, label, workflow_id, outcome,
      failure_type, ${ms('read_at')}, rows, reading, r.delivered, r.newest, coalesce(r.corrections, 0),
      ${ms('r.delivered_at')}, ${ms('r.claimed_at')}) ORDER BY window_from, window_to)::text AS windows
  FROM asked LEFT JOIN revisions r USING (delivery_id) GROUP BY org, series, destination
), wanted AS (
  SELECT org, series, destination, max(source) AS source, max(time_zone) AS time_zone,
    json_agg(json_build_object('scheduleId', schedule_id, 'every', every, 'at', at, 'timeZone', time_zone,
      'relative', relative, 'settleMs', settle_ms, 'sinceMs', ${ms('since')}, 'untilMs', ${ms('until')}))::text AS expectations
  FROM expectations
  WHERE ($1::text[] IS NULL OR org = ANY($1)) AND ($2::text IS NULL OR series = $2)
    AND ($3::text IS NULL OR source = $3) AND ($4::text IS NULL OR destination = $4)
  GROUP BY org, series, destination
)
SELECT org, series, destination, coalesce(k.source, w.source) AS source, coalesce(k.time_zone, w.time_zone) AS time_zone,
  k.name, s.report, s.processing, k.windows, w.expectations
FROM known k FULL JOIN wanted w USING (org, series, destination) LEFT JOIN series s USING (series)
ORDER BY org, series, destination`;
