import { ConfigError } from '../config/environment.js';
import { readDatabaseUrl } from '../config/database.js';
import { auditLog, type AuditLog } from '../records/audit-log.js';
import { Database } from '../records/database.js';
import { RecordsError } from '../records/errors.js';
import { schemaVersion } from '../records/migrate.js';
import { learnPassword } from './learn-secrets.js';
import type { Terminal } from './terminal.js';

/** Connects to the records, reads the trail and closes. Changes nothing: the schema is the workers' to migrate. */
export async function withAuditTrail<T>(
  { env, scrubber, now }: Terminal,
  work: (trail: AuditLog, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const url = readDatabaseUrl(env);
  learnPassword(url, scrubber);
  const database = openDatabase(url);
  // Each step has its deadline; Ctrl-C ends the process.
  const { signal } = new AbortController();
  try {
    const { present } = await database.run('reading the schema version', signal, schemaVersion);
    if (present === 0)
      throw new Error(`Postgres at ${database.where} has no audit trail yet: the first worker makes it`);
    return await work(auditLog(database, now), signal);
  } finally {
    await database.close();
  }
}

function openDatabase(url: string): Database {
  try {
    return new Database({ url });
  } catch (error) {
    if (!(error instanceof RecordsError)) throw error;
    throw new ConfigError('DATABASE_URL', 'is not a Postgres URL: write postgres://user:password@host:port/database');
  }
}
