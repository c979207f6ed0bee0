import { readDatabaseUrl } from '../../config/database.js';
import { ConfigError } from '../../config/environment.js';
import { Database } from '../../records/postgres/database.js';
import { RecordsError } from '../../records/postgres/errors.js';
import { schemaVersion } from '../../records/postgres/migrate.js';
import { learnPassword } from '../../config/learn-secrets.js';
import type { Terminal } from '../terminal/terminal.js';

/** Versions of the schema: in the database (0: none yet), and of this program. */
type SchemaVersions = Awaited<ReturnType<typeof schemaVersion>>;

/** Connects to the records, works and closes. The schema is the workers' to migrate. */
export async function withDatabase<T>(
  { env, scrubber }: Pick<Terminal, 'env' | 'scrubber'>,
  work: (database: Database, signal: AbortSignal, schema: SchemaVersions) => Promise<T>,
): Promise<T> {
  const url = readDatabaseUrl(env);
  learnPassword(url, scrubber);
  const database = openDatabase(url);
  // Each step has its deadline; Ctrl-C ends the process.
  const { signal } = new AbortController();
  try {
    return await work(database, signal, await database.run('reading the schema version', signal, schemaVersion));
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
