import { createHash } from 'node:crypto';
import { lockKey } from './advisory-lock.js';
import type { Database, Query } from './database.js';
import { unusable } from './errors.js';
import { MIGRATIONS, type Migration } from './migrations.js';

const MIGRATIONS_TABLE = `
CREATE TABLE IF NOT EXISTS schema_migrations (
  version    integer PRIMARY KEY,
  name       text NOT NULL,
  sha256     text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  oldest     integer
)`;

/** Of a schema from before the bound was kept. */
const OLDEST_COLUMN = 'ALTER TABLE schema_migrations ADD COLUMN IF NOT EXISTS oldest integer';

/**
 * Brings the schema up to this program's version. Any number of workers may do so at once: one does, the others wait.
 * An up-to-date schema is only read, so that a read-only database can be opened; so is a newer one that this program may
 * still use. Throws `RecordsConflict` for one that it may not use, or whose migrations are not this program's.
 */
export async function migrate(database: Database, signal: AbortSignal, migrations = MIGRATIONS): Promise<void> {
  const known = migrations.map(({ sql }) => sha256(sql));
  const present = await database.run('reading the schema version', signal, applied);
  if (outstanding(database.where, present, known) === 0) return;
  await database.transaction('migrating the schema', signal, async (query) => {
    await query('SELECT pg_advisory_xact_lock($1)', [lockKey('migrate')]);
    await query(MIGRATIONS_TABLE);
    await query(OLDEST_COLUMN);
    const from = known.length - outstanding(database.where, await applied(query), known);
    for (const [index, migration] of migrations.entries()) {
      if (index < from) continue;
      await query(migration.sql);
      await record(query, index + 1, migration);
    }
  });
}

/** Versions of the schema, as far as a program must know them. */
export interface SchemaVersions {
  /** In the database; 0: none yet. */
  readonly present: number;
  /** Of this program. */
  readonly known: number;
  /** Of the oldest program that may use it. */
  readonly oldest: number;
}

export async function schemaVersion(query: Query): Promise<SchemaVersions> {
  const present = await applied(query);
  return { present: present.length, known: MIGRATIONS.length, oldest: oldestOf(present) };
}

/** Throws `RecordsConflict` where this program is too old for the schema. */
export function assertUsable(where: string, { present, known, oldest }: SchemaVersions): void {
  if (known >= oldest) return;
  const versions = `of version ${present} and need a program of version ${oldest}, but this one is of version ${known}`;
  throw unusable(`the records at ${where} are ${versions}: update the program, or name another DATABASE_URL`);
}

interface Applied {
  readonly sha256: string;
  /** Null in a schema from before it was kept: then only a program that knows the migration may use it. */
  readonly oldest: number | null;
}

async function applied(query: Query): Promise<readonly Applied[]> {
  const [table] = await query<{ present: boolean }>(`SELECT to_regclass('schema_migrations') IS NOT NULL AS present`);
  if (table?.present !== true) return [];
  return query<Applied>(
    `SELECT m.sha256, (to_jsonb(m) ->> 'oldest')::integer AS oldest FROM schema_migrations m ORDER BY version`,
  );
}

function oldestOf(present: readonly Applied[]): number {
  return Math.max(0, ...present.map(({ oldest }, index) => oldest ?? index + 1));
}

async function record(query: Query, version: number, { name, sql, oldest }: Migration): Promise<void> {
  const values = [version, name, sha256(sql), oldest];
  await query('INSERT INTO schema_migrations (version, name, sha256, oldest) VALUES ($1, $2, $3, $4)', values);
}

/** Migrations to apply; 0 for a schema that is newer than the program, and that it may use. */
function outstanding(where: string, present: readonly Applied[], known: readonly string[]): number {
  assertUsable(where, { present: present.length, known: known.length, oldest: oldestOf(present) });
  const differing = known.findIndex((hash, index) => (present[index]?.sha256 ?? hash) !== hash);
  if (differing !== -1) {
    const version = `version ${differing + 1} of the schema at ${where}`;
    throw unusable(`${version} was not made by this program: name another database in DATABASE_URL`);
  }
  return Math.max(0, known.length - present.length);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
