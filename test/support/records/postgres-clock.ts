import type { TestContext } from 'node:test';
import { Client } from 'pg';
import { execute } from './postgres.js';

/** A database whose clock a test sets, and where no process has any other. */
export interface PostgresClock {
  /** For those who are to see it. */
  readonly url: string;
  /** Milliseconds since the epoch, by that clock. */
  readonly now: () => number;
  pass(ms: number): Promise<void>;
}

/** Years from any clock of a process: who reads one of those is found out. */
const START_MS = Date.UTC(2040, 0, 1);

/** Puts a function in front of Postgres' own `clock_timestamp()`, for connections with this URL. */
export async function postgresClock(t: TestContext, url: string): Promise<PostgresClock> {
  await execute(url, 'CREATE SCHEMA set_clock');
  await execute(url, 'CREATE TABLE set_clock.instant (ms float8 NOT NULL)');
  await execute(url, `INSERT INTO set_clock.instant VALUES (${START_MS})`);
  await execute(
    url,
    `CREATE FUNCTION set_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
     'SELECT to_timestamp(ms / 1000) FROM set_clock.instant'`,
  );
  const client = new Client({ connectionString: url });
  await client.connect();
  t.after(() => client.end());
  let now = START_MS;
  const path = encodeURIComponent('-c search_path=set_clock,pg_catalog,public');
  return {
    url: `${url}${url.includes('?') ? '&' : '?'}options=${path}`,
    now: () => now,
    async pass(ms) {
      now += ms;
      await client.query('UPDATE set_clock.instant SET ms = $1', [now]);
    },
  };
}
