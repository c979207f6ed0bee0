import type { Config } from '../../config/config.js';
import { checkConnection, type ConnectionReport } from '../../records/postgres/check-connection.js';
import { checkOr, fail, ok, warn, type Check, type Findings } from './check.js';

const NAME = 'Postgres';

/** Looks at the Postgres of the records. Changes nothing. */
export async function examineRecords(config: Config, now: () => number): Promise<Findings> {
  let report: ConnectionReport | undefined;
  let askedAt = 0;
  const check = await checkOr(NAME, async () => {
    const url = config.databaseUrl();
    askedAt = now();
    report = await checkConnection({ url }, new AbortController().signal);
    return judge(report);
  });
  if (!report) return { checks: [check] };
  const serverTime = Date.parse(report.serverTime);
  const clock = { of: NAME, behindAtLeastMs: askedAt - serverTime, behindAtMostMs: now() - serverTime };
  return { checks: [check], clocks: [clock] };
}

function judge({ where, server, schema: { present, known }, writable }: ConnectionReport): Check {
  const found = `${server} at ${where}`;
  if (!writable)
    return fail(NAME, `${found} does not accept writes`, 'make it writable, or name the primary in DATABASE_URL');
  if (present > known) {
    const newer = `${found} has version ${present} of the schema, but this program knows only up to ${known}`;
    return fail(NAME, newer, 'update this program');
  }
  if (present < known) {
    const older = `${found} has schema version ${present} of ${known}`;
    return warn(NAME, older, 'start a worker of this version: it updates the schema');
  }
  return ok(NAME, `${found}, schema version ${present}`);
}
