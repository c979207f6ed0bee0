import { readPlace } from './connection.js';
import { Database, type DatabaseOptions, type Query } from './database.js';
import { schemaVersion, type SchemaVersions } from './migrate.js';
import { refuseSharedSessions } from './pooler.js';

/** What `doctor` wants to know of Postgres. */
export interface ConnectionReport {
  /** `host:port/database`. */
  readonly where: string;
  /** The server's version, e.g. `18.4`. */
  readonly server: string;
  readonly schema: SchemaVersions;
  /** Whether new transactions may write. */
  readonly writable: boolean;
  /** The server's clock, ISO 8601 in UTC. */
  readonly serverTime: string;
  readonly connections: ConnectionCounts;
  /** Definitions that runs were made by; null where there is no schema yet. */
  readonly definitions: readonly UsedDefinition[] | null;
  /** Deliveries whose revisions the dataset store, or their place, knew better, since the last fence; null where there is no schema yet. */
  readonly setBack: { readonly deliveries: number; readonly last: string | null } | null;
}

/** A definition as runs first used it; it says the same for ever. */
export interface UsedDefinition {
  readonly org: string;
  readonly name: string;
  readonly hash: string;
}

/** Connections that the server has, and those that are in use. */
export interface ConnectionCounts {
  /** Without those that are kept for superusers. */
  readonly usable: number;
  /** By everybody. */
  readonly inUse: number;
  /** By workers and gateways of ours, and by this look. */
  readonly ours: number;
}

/** Looks, and changes nothing. Throws `RecordsError` when Postgres cannot be asked. */
export async function checkConnection(options: DatabaseOptions, signal: AbortSignal): Promise<ConnectionReport> {
  const database = new Database(options);
  try {
    const report = await database.run('being checked', signal, async (query) => {
      const [row] = await query<LookRow>(LOOK);
      if (!row) throw new RangeError('a SELECT without FROM has one row');
      const schema = await schemaVersion(query);
      const hasSchema = schema.present >= schema.known;
      const { server, read_only: readOnly, server_time: serverTime } = row;
      return {
        where: database.where,
        server,
        schema,
        writable: readOnly === 'off',
        serverTime: serverTime.toISOString(),
        definitions: hasSchema ? await query<UsedDefinition>('SELECT org, name, hash FROM definitions') : null,
        setBack: hasSchema ? await signsOfRestore(query) : null,
        connections: { usable: row.usable, inUse: row.in_use, ours: row.ours },
      };
    });
    // Behind a server that answers: it has time limits of its own.
    await refuseSharedSessions(readPlace(options.url), signal);
    return report;
  } finally {
    await database.close();
  }
}

/** Whether the dataset store knew revisions that these records do not, since the last fence. */
export async function signsOfRestore(query: Query): Promise<NonNullable<ConnectionReport['setBack']>> {
  const [row] = await query<{ deliveries: number; last: Date | null }>(SET_BACK);
  return { deliveries: row?.deliveries ?? 0, last: row?.last?.toISOString() ?? null };
}

const SET_BACK = `
SELECT count(DISTINCT delivery_id)::integer AS deliveries, max(claimed_at) AS last FROM delivery_revisions
WHERE store_had IS NOT NULL AND claimed_at > now() - interval '30 days'
  AND claimed_at > coalesce((SELECT max(fenced_at) FROM fences), '-infinity')`;

interface LookRow {
  readonly server: string;
  readonly read_only: string;
  readonly server_time: Date;
  readonly usable: number;
  readonly in_use: number;
  readonly ours: number;
}

// What is reserved for roles came with Postgres 16.
const LOOK = `
SELECT split_part(current_setting('server_version'), ' ', 1) AS server, current_setting('transaction_read_only') AS read_only,
  clock_timestamp() AS server_time,
  current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
    - coalesce(nullif(current_setting('reserved_connections', true), ''), '0')::integer AS usable,
  (SELECT count(*)::integer FROM pg_stat_activity WHERE backend_type = 'client backend') AS in_use,
  (SELECT count(*)::integer FROM pg_stat_activity WHERE application_name = 'journey-metrics') AS ours`;
