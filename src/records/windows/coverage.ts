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
  readonly covered: string | null;
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

function valuesOf({ orgs, series, source, destination, listed }: CoverageFilter): readonly unknown[] {
  const bounds = [listed?.fromMs ?? null, listed?.toMs ?? null];
  return [orgs ?? null, series ?? null, source ?? null, destination ?? null, ...bounds];
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
  const windows = [...windowsIn(row.windows), ...coveredIn(row.covered)].sort(byTime);
  const processing = JSON.parse(row.processing ?? 'null') as Processing | null;
  const expectations = JSON.parse(row.expectations ?? '[]') as readonly Expectation[];
  return { org, series, source, destination, timeZone, report, processing, windows, expectations };
}

const [NEXT_WINDOW, NEXT_FIELD] = ['\u001E', '\u001F'];

/** As `FIELDS` has them. A field of each is an empty text where there is nothing. */
function windowsIn(text: string | null): readonly WindowFacts[] {
  return (text ?? '').split(NEXT_WINDOW).flatMap((each) => (each === '' ? [] : [windowOf(each.split(NEXT_FIELD))]));
}

function windowOf(fields: readonly string[]): WindowFacts {
  const [deliveryId = '', from, to, label = '', workflowId = '', outcome, failureType, readAt, ...rest] = fields;
  const [rows, reading, revision, newestRevision, corrections, deliveredAt, claimedAt, ...missing] = rest;
  return {
    deliveryId,
    fromMs: Number(from),
    toMs: Number(to),
    label,
    workflowId,
    // Closed sets, as our programs write them.
    outcome: textIn(outcome) as WindowFacts['outcome'],
    failureType: textIn(failureType),
    readAtMs: numberOr(readAt),
    rows: numberOr(rows),
    reading: textIn(reading) as WindowFacts['reading'],
    revision: numberOr(revision),
    newestRevision: numberOr(newestRevision),
    corrections: Number(corrections),
    deliveredAtMs: numberOr(deliveredAt),
    claimedAtMs: numberOr(claimedAt),
    ...missingIn(missing),
  };
}

/** Most windows have none: then nothing is read. */
function missingIn([count, labels]: readonly string[]): Pick<WindowFacts, 'missing'> {
  if (count === undefined || count === '') return {};
  return { missing: count === '0' ? NONE : { count: Number(count), labels: JSON.parse(labels ?? '[]') as string[] } };
}

const NONE = { count: 0, labels: [] } as const;

function textIn(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function numberOr(text: string | undefined): number | null {
  return text === undefined || text === '' ? null : Number(text);
}

/** Stretches of time that are covered and not listed, as Postgres writes ranges: `{[1,2),[5,9)}`. */
function coveredIn(text: string | null): readonly WindowFacts[] {
  return [...(text ?? '').matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, to]) => {
    const times = { fromMs: Number(from), toMs: Number(to), claimedAtMs: 0 };
    return { ...UNLISTED, ...times, revision: 1, outcome: 'completed' };
  });
}

const UNLISTED: Omit<WindowFacts, 'fromMs' | 'toMs'> = {
  ...{ deliveryId: '', label: '', workflowId: '', outcome: null, failureType: null, readAtMs: null, rows: null },
  ...{ reading: null, revision: null, newestRevision: null, corrections: 0, deliveredAtMs: null, claimedAtMs: null },
};

function byTime(one: WindowFacts, other: WindowFacts): number {
  return one.fromMs - other.fromMs || one.toMs - other.toMs;
}

// Of a double: `extract` reckons with decimals, which takes three times as long.
const ms = (column: string): string => `(date_part('epoch', ${column}) * 1000)::bigint`;

/** Whether a window has a part of what is to be listed. */
const IN_RANGE = `(($5::float8 IS NULL OR window_to > to_timestamp($5 / 1000))
  AND ($6::float8 IS NULL OR window_from < to_timestamp($6 / 1000)))`;

/** Of which a watermark needs nothing but its time: no window that is listed shares any, and it is final. */
const ONLY_COVERED = `(is_mixed IS FALSE AND revision IS NOT NULL AND NOT ${IN_RANGE}
  AND (window_to <= listed_from OR window_from >= listed_to OR listed_from IS NULL))`;

const textOr = (column: string): string => `coalesce(${column}::text, '')`;

// Temporal takes any character in an id.
const FIELDS = `concat_ws(E'\\x1f', delivery_id, ${ms('window_from')}, ${ms('window_to')}, label,
  translate(workflow_id, E'\\x1e\\x1f', '  '), ${textOr('outcome')}, ${textOr('failure_type')}, ${textOr(ms('read_at'))},
  ${textOr('rows')}, ${textOr('reading')}, ${textOr('revision')}, ${textOr('newest_revision')}, corrections,
  ${textOr(ms('delivered_at'))}, ${textOr(ms('claimed_at'))},
  ${textOr('missing_count')}, ${textOr('missing')})`;

// One statement. Windows and expectations come as text, a row a series: as rows they would take three times as long to
// read. They are sorted here, because Postgres would sort by the names of all three columns first.
const COVERAGE = `
WITH asked AS (
  SELECT w.*, listed_from, listed_to, is_mixed
  FROM windows w LEFT JOIN (
    -- Of two windows that share time the later one counts, so of those that matter each is needed.
    SELECT org, series, destination, min(window_from) FILTER (WHERE ${IN_RANGE}) AS listed_from,
      max(window_to) FILTER (WHERE ${IN_RANGE}) AS listed_to,
      coalesce(bool_or(reading = 'provisional' AND NOT ${IN_RANGE}), false) AS is_mixed
    FROM windows WHERE $5::float8 IS NOT NULL OR $6::float8 IS NOT NULL GROUP BY org, series, destination
  ) l USING (org, series, destination)
  WHERE ($1::text[] IS NULL OR w.org = ANY($1)) AND ($2::text IS NULL OR w.series = $2)
    AND ($3::text IS NULL OR w.source = $3) AND ($4::text IS NULL OR w.destination = $4)
), known AS (
  SELECT org, series, destination,
    string_agg(${FIELDS}, E'\\x1e') FILTER (WHERE NOT ${ONLY_COVERED}) AS windows,
    range_agg(int8range(${ms('window_from')}, ${ms('window_to')})) FILTER (WHERE ${ONLY_COVERED})::text AS covered
  FROM asked GROUP BY org, series, destination
), wanted AS (
  SELECT org, series, destination, max(source) AS source, max(time_zone) AS time_zone,
    json_agg(json_build_object('scheduleId', schedule_id, 'every', every, 'at', at, 'timeZone', time_zone,
      'relative', relative, 'settleMs', settle_ms, 'sinceMs', ${ms('since')}, 'untilMs', ${ms('until')}))::text AS expectations
  FROM expectations
  WHERE ($1::text[] IS NULL OR org = ANY($1)) AND ($2::text IS NULL OR series = $2)
    AND ($3::text IS NULL OR source = $3) AND ($4::text IS NULL OR destination = $4)
  GROUP BY org, series, destination
)
SELECT org, series, destination, coalesce(n.source, w.source) AS source, coalesce(n.time_zone, w.time_zone) AS time_zone,
  n.name, s.report, s.processing, k.windows, k.covered, w.expectations
FROM known k FULL JOIN wanted w USING (org, series, destination) LEFT JOIN series s USING (series)
-- The newest window speaks for its series: the newest run would have to be looked for.
LEFT JOIN LATERAL (
  SELECT source, time_zone, name FROM windows
  WHERE (windows.org, windows.series, windows.destination) = (k.org, k.series, k.destination) ORDER BY window_from DESC LIMIT 1
) n ON true
ORDER BY org, series, destination`;
