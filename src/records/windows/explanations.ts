import type { ExplanationRecords, NamedSeries } from '../../ports/index.js';
import type { Database } from '../postgres/database.js';
import { revisionHistory } from '../ledger/history.js';
import { storedReport } from '../ledger/ledger-rows.js';

interface SeriesRow {
  readonly org: string;
  readonly series: string;
  readonly source: string;
  readonly time_zone: string;
  readonly report: string | null;
  readonly name: string | null;
}

/** Fewer digits would name several series sooner or later. */
const PREFIX = /^[0-9a-f]{4,16}$/;

/** Reads only. Throws only `RecordsError`. */
export function explanationRecords(database: Database): ExplanationRecords {
  return {
    async named(text, orgs, signal) {
      const prefix = PREFIX.test(text) ? text : null;
      const rows = await database.run('finding a series', signal, (query) =>
        query<SeriesRow>(NAMED, [orgs ?? null, prefix, text]),
      );
      return rows.map(seriesOf);
    },
    async revisions({ org, series }, between, signal) {
      const revisions = await revisionHistory(database, { org, series, between }, signal);
      return revisions.map(({ deliveryId, destination, window, revision, claimedAt, parts, causes, ...how }) => {
        const rows = parts?.reduce((sum, part) => sum + part.rows, 0) ?? null;
        const workflowId = how.readings[0]?.workflowId ?? null;
        const deliveredAt = how.delivered?.at ?? null;
        return { deliveryId, destination, window, revision, claimedAt, deliveredAt, rows, workflowId, causes };
      });
    },
  };
}

function seriesOf(row: SeriesRow): NamedSeries {
  const { org, series, source, time_zone: timeZone } = row;
  return { org, series, source, timeZone, report: storedReport(row) };
}

// The prefix is hex digits, so that no sign of a pattern can be in it.
const NAMED = `
SELECT DISTINCT ON (w.org, w.series) w.org, w.series, w.source, w.time_zone, w.name, s.report
FROM windows w LEFT JOIN series s USING (series)
WHERE ($1::text[] IS NULL OR w.org = ANY($1)) AND (w.series LIKE $2 || '%' OR lower(w.name) = lower($3))
ORDER BY w.org, w.series, w.started_at DESC`;
