/** `node --import tsx bench/coverage.ts DATABASE_URL`: how long the coverage of 50 series over three years takes. The database must be empty. */
import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { dayBounds } from '../src/calendar/covered/day-bounds.js';
import { describeCoverage, listedBounds } from '../src/calendar/covered/describe-coverage.js';
import { REFRESH_WINDOWS } from '../src/records/windows/refresh-windows.js';
import { openRecords } from '../src/records/open-records.js';

const SERIES = 50;
const DAYS = 1_100;
const TIMES = 7;

const FILL = `
INSERT INTO windows
SELECT md5(s || '-' || d), 'acme', 'analytics', lpad(to_hex(s), 16, '0'), 'bi', day, next,
  to_char(local, 'YYYY-MM-DD'), 'Europe/Berlin', 'nightly', md5('run' || s || '-' || d),
  'journey-acme-' || s || '-' || d, day + interval '1 day', 'completed', NULL, day + interval '1 day', 1000, NULL
FROM generate_series(1, ${SERIES}) s, generate_series(0, ${DAYS - 1}) d,
  LATERAL (SELECT timestamp '2023-11-01' + d * interval '1 day' AS local) l,
  LATERAL (SELECT local AT TIME ZONE 'Europe/Berlin' AS day, (local + interval '1 day') AT TIME ZONE 'Europe/Berlin' AS next) i;
INSERT INTO deliveries SELECT delivery_id, org, destination, started_at, series FROM windows;
INSERT INTO delivery_revisions
SELECT delivery_id, r, 'content', 'query', '{}', run_key, started_at, run_key, started_at, NULL, NULL
FROM windows, generate_series(1, 1 + (get_byte(decode(delivery_id, 'hex'), 0) % 5 = 0)::int) r;
${REFRESH_WINDOWS};
ANALYZE;`;

const [url = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const records = await openRecords({ url, now: Date.now, signal });
const client = new Client({ connectionString: url });
await client.connect();
await client.query(FILL);
const nowMs = Date.UTC(2026, 10, 30);
/** Processor time, which other programs of the machine do not lengthen: of this process, and of Postgres on the same machine. */
const spent = async (): Promise<readonly [number, number]> => {
  const { rows } = await client.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database()',
  );
  const texts = await Promise.all(rows.map(({ pid }) => readFile(`/proc/${pid}/stat`, 'utf8')));
  const ticks = texts.map((text) => text.split(' ')).map((fields) => Number(fields[13]) + Number(fields[14]));
  const { user, system } = process.cpuUsage();
  return [(user + system) / 1_000, 10 * ticks.reduce((sum, each) => sum + each, 0)];
};
/** As the first page asks for it, and as `GET /windows` does without days. */
const QUESTIONS = { 'three months of it': dayBounds({}, nowMs), 'all of it': {} };

const each = (ms: number): string => `${Math.round(ms / TIMES)} ms`;
for (const [name, days] of Object.entries(QUESTIONS)) {
  const read = async () =>
    describeCoverage(await records.coverage.read({ listed: listedBounds(days) }, signal), {
      ...days,
      ...{ nowMs, graceMs: 2 * 3_600_000 },
    });
  const all = await read();
  const walls: number[] = [];
  const [ownBefore, postgresBefore] = await spent();
  for (let time = 0; time < TIMES; time += 1) {
    const began = performance.now();
    await read();
    walls.push(performance.now() - began);
  }
  const [own, postgres] = await spent();
  process.stdout.write(
    `${name}: ${all.length} series, ${all.flatMap(({ windows }) => windows).length} windows\n` +
      `  each time, of ${TIMES}: ${each(own - ownBefore)} here, ${each(postgres - postgresBefore)} in Postgres\n` +
      `  on the clock: ${walls.map((ms) => Math.round(ms)).join(', ')} ms\n`,
  );
}
await client.end();
await records.close();
