import type { ExpectationRecords, ExpectedWindows } from '../../ports/index.js';
import type { Database } from '../postgres/database.js';
import { lockKey } from '../postgres/advisory-lock.js';

/** What schedules are to read, from when until when. Throws only `RecordsError`. */
export function expectationRecords(database: Database): ExpectationRecords {
  return {
    async note({ scheduleId, createdMs, windows }, nowMs, signal) {
      await database.transaction('noting what a schedule is to read', signal, async (query) => {
        await query('SELECT pg_advisory_xact_lock($1)', [lockKey(`schedule ${scheduleId}`)]);
        await query(END_OTHERS, [scheduleId, windows.map(keyOf), new Date(nowMs)]);
        const [created, now] = [new Date(createdMs), new Date(nowMs)];
        for (const each of windows) await query(BEGIN, [scheduleId, created, now, ...valuesOf(each)]);
      });
    },
    async retire(scheduleId, nowMs, signal) {
      await database.run('retiring a schedule', signal, (query) => query(RETIRE, [scheduleId, new Date(nowMs)]));
    },
  };
}

function valuesOf(windows: ExpectedWindows): readonly unknown[] {
  const { org, source, series, destination, timeZone, every, at, relative, settleMs } = windows;
  return [org, source, series, destination, timeZone, every, at, relative, settleMs];
}

function keyOf(windows: ExpectedWindows): string {
  return JSON.stringify(valuesOf(windows).map(String));
}

const KEY = `json_build_array(org, source, series, destination, time_zone, every, at, relative, settle_ms::text)::jsonb`;

const END_OTHERS = `
UPDATE expectations SET until = $3
WHERE schedule_id = $1 AND until IS NULL AND NOT (${KEY} = ANY ($2::jsonb[]))`;

// A new one since its creation; a changed one, or one that was retired and is still there, since now.
const BEGIN = `
INSERT INTO expectations (schedule_id, since, org, source, series, destination, time_zone, every, at, relative, settle_ms)
SELECT $1, CASE WHEN EXISTS (SELECT FROM expectations WHERE schedule_id = $1 AND coalesce(until, $3) >= $2) THEN $3 ELSE $2 END,
  $4, $5, $6, $7, $8, $9, $10, $11, $12
WHERE NOT EXISTS (SELECT FROM expectations
  WHERE schedule_id = $1 AND until IS NULL AND series = $6 AND destination = $7)`;

const RETIRE = 'UPDATE expectations SET until = $2 WHERE schedule_id = $1 AND until IS NULL';
