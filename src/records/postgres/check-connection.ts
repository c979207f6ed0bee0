import { Database, type DatabaseOptions } from './database.js';
import { schemaVersion } from './migrate.js';

/** What `doctor` wants to know of Postgres. */
export interface ConnectionReport {
  /** `host:port/database`. */
  readonly where: string;
  /** The server's version, e.g. `18.4`. */
  readonly server: string;
  readonly schema: {
    /** Version in the database; 0 before the first worker started. */
    readonly present: number;
    /** Version that this program brings. */
    readonly known: number;
  };
  /** Whether new transactions may write. */
  readonly writable: boolean;
  /** The server's clock, ISO 8601 in UTC. */
  readonly serverTime: string;
}

/** Looks, and changes nothing. Throws `RecordsError` when Postgres cannot be asked. */
export async function checkConnection(options: DatabaseOptions, signal: AbortSignal): Promise<ConnectionReport> {
  const database = new Database(options);
  try {
    return await database.run('being checked', signal, async (query) => {
      const [row] = await query<{ server: string; read_only: string; server_time: Date }>(LOOK);
      if (!row) throw new RangeError('a SELECT without FROM has one row');
      const schema = await schemaVersion(query);
      const { server, read_only: readOnly, server_time: serverTime } = row;
      return {
        where: database.where,
        server,
        schema,
        writable: readOnly === 'off',
        serverTime: serverTime.toISOString(),
      };
    });
  } finally {
    await database.close();
  }
}

const LOOK = `
SELECT split_part(current_setting('server_version'), ' ', 1) AS server, current_setting('transaction_read_only') AS read_only,
  clock_timestamp() AS server_time`;
