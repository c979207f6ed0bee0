import { ConfigError, read, type Env } from './environment.js';
import { findRunningDev } from './running-dev.js';

/** The Postgres of the records: `DATABASE_URL`, else the one of a running `dev`. The URL holds the password. */
export function readDatabaseUrl(env: Env): string {
  const url = read(env, 'DATABASE_URL') ?? findRunningDev(env)?.database?.url;
  if (url === undefined) {
    throw new ConfigError(
      'DATABASE_URL',
      'is not set, and `npm run dev` is not running with this JOURNEY_METRICS_HOME: start it, or set the variable',
    );
  }
  if (!/^(postgres|postgresql|socket):/.test(url) || !URL.canParse(url)) {
    throw new ConfigError('DATABASE_URL', 'is not a Postgres URL: write postgres://user:password@host:port/database');
  }
  return url;
}
