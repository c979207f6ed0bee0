import { createHash } from 'node:crypto';
import { lockKey } from './advisory-lock.js';
import type { Database, Query } from './database.js';
import { conflict } from './errors.js';
import { MIGRATIONS, type Migration } from './migrations.js';

const MIGRATIONS_TABLE = `
CREATE TABLE IF NOT EXISTS schema_migrations (
  version    integer PRIMARY KEY,
  name       text NOT NULL,
  sha256     text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;

/**
 * Brings the schema up to this program's version. Any number of workers may do so at once: one does, the others wait.
 * An up-to-date schema is only read, so that a read-only database can be opened. Throws `RecordsConflict` for a
 * database that is newer than the program, or whose migrations are not this program's.
 */
export async function migrate(database: Database, signal: AbortSignal, migrations = MIGRATIONS): Promise<void> {
  const known = migrations.map(({ sql }) => sha256(sql));
  const present = await database.run('reading the schema version', signal, applied);
  if (outstanding(database.where, present, known) === 0) return;
  await database.transaction('migrating the schema', signal, async (query) => {
    await query('SELECT pg_advisory_xact_lock($1)', [lockKey('migrate')]);
    await query(MIGRATIONS_TABLE);
    const from = known.length - outstanding(database.where, await applied(query), known);
    for (const [index, { name, sql }] of migrations.entries()) {
      if (index < from) continue;
      await query(sql);
      await record(query, index + 1, name, sql);
    }
  });
}

/** Version of the schema in the database (0: none yet), and the one that this program knows. */
export async function schemaVersion(query: Query): Promise<{ readonly present: number; readonly known: number }> {
  return { present: (await applied(query)).length, known: MIGRATIONS.length };
}

async function applied(query: Query): Promise<readonly string[]> {
  const [table] = await query<{ present: boolean }>(`SELECT to_regclass('schema_migrations') IS NOT NULL AS present`);
  if (table?.present !== true) return [];
  const rows = await query<{ sha256: string }>('SELECT sha256 FROM schema_migrations ORDER BY version');
  return rows.map((row) => row.sha256);
}

async function record(query: Query, version: number, name: Migration['name'], sql: string): Promise<void> {
  const values = [version, name, sha256(sql)];
  await query('INSERT INTO schema_migrations (version, name, sha256) VALUES ($1, $2, $3)', values);
}

function outstanding(where: string, present: readonly string[], known: readonly string[]): number {
  if (present.length > known.length) {
    const versions = `of version ${present.length}, but this program knows only up to ${known.length}`;
    throw conflict(`the records at ${where} are ${versions}: update the program, or name another DATABASE_URL`);
  }
  const differing = present.findIndex((hash, index) => hash !== known[index]);
  if (differing !== -1) {
    const version = `version ${differing + 1} of the schema at ${where}`;
    throw conflict(`${version} was not made by this program: name another database in DATABASE_URL`);
  }
  return known.length - present.length;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
