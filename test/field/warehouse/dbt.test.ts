import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { METRICS } from '../../../src/domain/journeys/rows/metrics.js';
import { startJourneyWarehouse, type JourneyWarehouse } from '../../support/destinations/journey-warehouse.js';
import { askDuckDb, pythonTools, runPython, type PythonAnswer } from '../../support/destinations/python-tools.js';
import { fieldForTests } from '../../support/sources/fault-field.js';

const field = fieldForTests(0.5);
const PROJECT = fileURLToPath(new URL('../../../examples/dbt', import.meta.url));
const TIME_ZONE = 'America/Chicago';
/** Midnight in Chicago after the clocks went back. */
const UNTIL = Date.parse('2025-11-12T06:00:00Z');
const MINUTE_MS = 60_000;

type Row = Readonly<Record<string, string | number | boolean | null>>;

/** dbt on a copy of the example. */
interface Dbt {
  run(target: string, ...args: string[]): Promise<PythonAnswer>;
  ask(sql: string): Promise<readonly Row[]>;
}

async function openDbt(t: TestContext, on: JourneyWarehouse, settings: object): Promise<Dbt | undefined> {
  const folders = await pythonTools(t, 'dbt');
  if (folders === undefined) return undefined;
  const home = await mkdtemp(join(tmpdir(), 'journey-metrics-dbt-'));
  t.after(() => rm(home, { recursive: true, force: true }));
  await cp(PROJECT, home, { recursive: true });
  const duckdb = join(home, 'journeys.duckdb');
  const at = new URL(on.databaseUrl);
  const env = {
    JOURNEYS_DUCKDB: duckdb,
    PGHOST: at.hostname,
    PGPORT: at.port,
    PGUSER: at.username,
    PGPASSWORD: decodeURIComponent(at.password),
    PGDATABASE: at.pathname.slice(1),
    DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
  };
  const places = {
    lake: { lake: on.lake.rows, legs: on.lake.legs },
    postgres: { lake: 'journeys.rows', legs: 'journeys.legs' },
  };
  return {
    run: (target, ...args) => {
      const place = target === 'postgres' ? places.postgres : places.lake;
      const vars = JSON.stringify({ ...place, settings, time_zone: TIME_ZONE, dimensions: ['queue', 'channel'] });
      const given = ['--profiles-dir', '.', '--target', target, '--no-use-colors', '--vars', vars];
      return runPython({ folders, args: ['-m', 'dbt.cli.main', ...args, ...given], cwd: home, env });
    },
    ask: (sql) => askDuckDb<Row>(folders, duckdb, sql),
  };
}

const NAMED = ['channel', 'queue', 'entryPoint', 'campaign', 'team'].map((name) => {
  const column = name === 'entryPoint' ? 'entry_point' : name;
  return `${column} AS "${name}", ${column}_label AS "${name}Label"`;
});
const MILLIS = (column: string): string => `CAST(round(extract(epoch FROM ${column}) * 1000) AS double precision)`;
/** Journeys of dbt as the engine delivers them. */
const JOURNEYS = `SELECT root_id AS "rootId", ${MILLIS('start_at')} AS start, ${MILLIS('end_at')} AS "end",
  outcome, outcome_class AS "outcomeClass", is_final AS final, ${NAMED.join(', ')}, CAST(legs AS integer) AS legs,
  CAST(transfers AS integer) AS transfers, CAST(wait_ms AS double precision) / 1000 AS "waitSeconds",
  CAST(talk_ms AS double precision) / 1000 AS "talkSeconds"`;
const KEYS = ['date', 'queue', 'queueLabel', 'channel', 'channelLabel'];
/** No rate brings the unresolved ones: that all three add up is a test of the example. */
const FIGURES = METRICS.filter(({ metric }) => metric !== 'journeyUnresolved');
const ROWS = `SELECT ${[...KEYS, ...FIGURES.map(({ metric }) => metric)].map((name) => `"${name}"`).join(', ')}`;

/** Of the engine, from its own files. */
function engineJourneys(dbt: Dbt, { lake }: JourneyWarehouse): Promise<readonly Row[]> {
  const files = `read_parquet('${lake.journeys}/org=*/*/*/*/*/part-0.parquet', hive_partitioning = false)`;
  return dbt.ask(`SELECT "rootId", epoch_ms(start) AS start, epoch_ms("end") AS "end", * EXCLUDE ("rootId", start, "end")
    FROM (SELECT COLUMNS('^[^_]') FROM ${files} QUALIFY rank() OVER (PARTITION BY _delivery_id ORDER BY _revision DESC) = 1)
    ORDER BY start, "rootId"`);
}

/** Counts are equal. What was divided may differ in its last digits: the engine divides whole milliseconds once. */
function assertSameRows(own: readonly Row[], expected: readonly Row[], of: string): void {
  const facts = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(KEYS.map((key) => row[key]))).sort();
  assert.deepEqual(facts(own), facts(expected), of);
  const byKey = new Map(own.map((row) => [JSON.stringify(KEYS.map((key) => row[key])), row]));
  for (const row of expected) {
    const key = JSON.stringify(KEYS.map((name) => row[name]));
    for (const { metric, kind } of FIGURES) {
      const [left, right] = [byKey.get(key)?.[metric] ?? null, row[metric] ?? null];
      const exact = kind === 'count' || left === null || right === null;
      const isSame = exact ? left === right : Math.abs(Number(left) - Number(right)) <= 1e-12 * Math.abs(Number(right));
      assert.ok(isSame, `${of}: ${key} ${metric} is ${String(left)}, the engine has ${String(right)}`);
    }
  }
}

const sorted = (rows: readonly Row[]): readonly Row[] =>
  [...rows].sort((one, other) => (String(one['rootId']) < String(other['rootId']) ? -1 : 1));

async function assertEqual(dbt: Dbt, on: JourneyWarehouse, from: string, to: string): Promise<void> {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  const isWithin = ({ start }: Row): boolean => Number(start) >= fromMs && Number(start) < toMs;
  const journeys = (await engineJourneys(dbt, on)).filter(isWithin);
  assert.ok(journeys.length > 100);
  const days = `date >= DATE '${from.slice(0, 10)}' AND date < DATE '${to.slice(0, 10)}'`;
  const rows = await dbt.ask(`${ROWS} FROM current_metrics WHERE ${days}`);
  assert.deepEqual(sorted((await dbt.ask(`${JOURNEYS} FROM journeys`)).filter(isWithin)), sorted(journeys));
  assertSameRows(await dbt.ask(`${ROWS} FROM journey_rows WHERE ${days}`), rows, 'DuckDB');

  const tabled = await runSql(on, `${JOURNEYS} FROM analytics.journeys`);
  assert.deepEqual(sorted(tabled.filter(isWithin)), sorted(journeys));
  assertSameRows(await runSql(on, `${ROWS} FROM analytics.journey_rows WHERE ${days}`), rows, 'Postgres');
}

/** In Postgres; days and whole numbers come as DuckDB has them. */
async function runSql({ databaseUrl }: JourneyWarehouse, sql: string): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.setTypeParser(pg.types.builtins.DATE, (text: string) => text);
  client.setTypeParser(pg.types.builtins.INT8, Number);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

function assertDone({ code, stdout, stderr }: PythonAnswer): void {
  assert.equal(code, 0, `${stdout}\n${stderr}`);
}

test('contact-journey/1 in SQL over the legs has the journeys and rows of the engine, on files and on tables', async (t) => {
  const settings = {
    contained: ['disposition:7'],
    shortAbandon: '12 s',
    shortAbandons: 'dropped',
    voicemail: { counts: 'dropped' },
    callback: { minTalk: 45, notReached: 'dropped' },
    minTalk: 3,
    escalation: { minSelfService: '20 s' },
    hours: {
      timeZone: 'Europe/Berlin',
      open: [
        { days: [1, 2, 3, 4, 5], from: '06:30', to: '23:15' },
        { days: [6, 7], from: '00:00', to: '24:00' },
      ],
    },
  } as const;
  const contacts = { seed: 'dbt', journeysPerDay: 120, late: 0.1, restated: 0.05, held: true, wideIds: true };
  const quiet = { emptyDays: ['2025-11-05', '2025-11-06', '2025-11-07'] };
  const on = await startJourneyWarehouse(t, field(), {
    settings,
    contacts: { ...contacts, ...quiet },
    timeZone: TIME_ZONE,
    dimension: ['queue', 'channel'],
    // What was read ends where the windows end, for the engine as for dbt.
    now: UNTIL + 15 * MINUTE_MS,
  });
  const windows = [
    ['2025-10-30', '2025-11-02'],
    ['2025-11-02', '2025-11-04'],
    ['2025-11-04', '2025-11-12'],
  ] as const;
  for (const [from, to] of windows) {
    const result = await on.read(from, to);
    assert.equal(result.outcome, 'completed', JSON.stringify(result.deliveries));
  }
  const dbt = await openDbt(t, on, settings);
  if (dbt === undefined) return;
  for (const target of ['lake', 'postgres']) assertDone(await dbt.run(target, 'build'));
  await assertEqual(dbt, on, '2025-10-30T05:00:00Z', '2025-11-12T06:00:00Z');
  const [{ open } = { open: 0 }] = await dbt.ask('SELECT count(*) FILTER (NOT is_final) AS open FROM journeys');
  assert.ok(Number(open) > 0, 'some journeys are open');

  on.cxone.reporting.change({ held: false });
  on.clock.now = Date.now();
  const again = [];
  for (const [from, to] of [...windows, ['2025-11-12', '2025-11-20'] as const]) again.push(await on.read(from, to));
  assert.ok(
    again.some(({ deliveries }) => deliveries.some(({ revision }) => revision === 2)),
    'late legs are a revision',
  );
  for (const target of ['lake', 'postgres']) {
    assertDone(await dbt.run(target, 'build'));
    assertDone(await dbt.run(target, 'source', 'freshness'));
  }
  await assertEqual(dbt, on, '2025-10-30T05:00:00Z', '2025-11-12T06:00:00Z');
  await runSql(on, `UPDATE journeys.legs_windows SET _read_at = _read_at - interval '3 days'`);
  const stale = await dbt.run('postgres', 'source', 'freshness');
  assert.equal(stale.code, 1, stale.stdout);
  assert.match(stale.stdout, /ERROR STALE freshness of contacts\.leg_windows/);
});
