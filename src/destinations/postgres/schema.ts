import { DatabaseError, type Client } from 'pg';
import type { ColumnType, TableColumn } from '../../ports/index.js';
import { quoted, sqlOf, type TableName } from './client.js';
import { Refused } from './refusal.js';

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  json: 'text',
  number: 'double precision',
  integer: 'bigint',
  boolean: 'boolean',
  date: 'date',
  instant: 'timestamp with time zone',
};

/** Columns that every table has already, and that nobody sees. */
const SYSTEM_COLUMNS = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

/** Postgres cuts longer names, and would take two for one. */
const NAME_BYTES_MOST = 63;
const TRIES = 3;
/** Two that create the same thing at once: the other one has. */
const RACED = new Set(['23505', '42P07', '42701', '42710', '55P03', '40P01', '42P06']);

interface Wanted {
  readonly table: TableName;
  /** Of the rows: they are added as they are needed. */
  readonly columns: readonly TableColumn[];
  /** Ours: a table without them is somebody else's. */
  readonly ours: readonly TableColumn[];
  readonly key: readonly string[];
  readonly unique: boolean;
}

/** Makes a table, or adds the columns that it lacks, in short transactions of their own. Throws {@link Refused}. */
export async function prepareTable(client: Client, wanted: Wanted): Promise<void> {
  for (const { name } of wanted.columns) {
    if (Buffer.byteLength(name) > NAME_BYTES_MOST) {
      throw new Refused(
        `the field "${name}" is longer than the ${NAME_BYTES_MOST} bytes that Postgres takes for a column`,
      );
    }
    if (SYSTEM_COLUMNS.has(name)) {
      throw new Refused(`the field "${name}" has a name that Postgres keeps for itself: leave it out of the report`);
    }
  }
  await client.query(`SET lock_timeout = '5s'`);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await prepareOnce(client, wanted);
      return;
    } catch (error) {
      const isRaced = error instanceof DatabaseError && RACED.has(error.code ?? '');
      if (!isRaced || attempt === TRIES) throw error;
    }
  }
}

async function prepareOnce(client: Client, wanted: Wanted): Promise<void> {
  const present = await columnsOf(client, wanted.table);
  if (present === undefined) {
    await createTable(client, wanted);
    return;
  }
  refuseOthers(wanted, present);
  for (const column of wanted.columns) {
    const type = present.get(column.name);
    if (type === undefined) await addColumn(client, wanted.table, column);
    else if (type !== TYPES[column.type]) throw new Refused(otherType(wanted.table, column, type));
  }
}

/** Names and types of a table's columns; undefined where there is no such table. */
export async function columnsOf(client: Client, table: TableName): Promise<ReadonlyMap<string, string> | undefined> {
  const { rows } = await client.query<{ kind: string; name: string | null; type: string | null }>(COLUMNS, [
    sqlOf(table),
  ]);
  const [first] = rows;
  if (first === undefined) return undefined;
  if (first.kind !== 'r' && first.kind !== 'p') throw new Refused(`${nameOf(table)} is no table: name another one`);
  return new Map(rows.flatMap(({ name, type }) => (name === null || type === null ? [] : [[name, type] as const])));
}

/** Throws {@link Refused} for a table that we did not make. */
export function refuseOthers(
  { table, ours }: Pick<Wanted, 'table' | 'ours'>,
  present: ReadonlyMap<string, string>,
): void {
  const missing = ours.find(({ name, type }) => present.get(name) !== TYPES[type]);
  if (missing === undefined) return;
  const why = `it has no column ${missing.name} of type ${TYPES[missing.type]}`;
  throw new Refused(`${nameOf(table)} is a table of somebody else (${why}): nothing was changed; name another table`);
}

function otherType(table: TableName, { name, type }: TableColumn, present: string): string {
  return `column "${name}" of ${nameOf(table)} is ${present}, but these rows need ${TYPES[type]}: name another table`;
}

async function createTable(client: Client, { table, columns, ours, key, unique }: Wanted): Promise<void> {
  const { schema } = table;
  if (schema !== undefined) {
    const { rows } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
    if (rows.length === 0) await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`);
  }
  const all = [...columns, ...ours].map(({ name, type }) => `${quoted(name)} ${TYPES[type]}`);
  const primary = unique ? `, PRIMARY KEY (${key.map(quoted).join(', ')})` : '';
  await client.query(`CREATE TABLE IF NOT EXISTS ${sqlOf(table)} (${all.join(', ')}${primary})`);
  if (unique) return;
  const index = quoted(`${table.name}_window`);
  await client.query(`CREATE INDEX IF NOT EXISTS ${index} ON ${sqlOf(table)} (${key.map(quoted).join(', ')})`);
}

async function addColumn(client: Client, table: TableName, { name, type }: TableColumn): Promise<void> {
  await client.query(`ALTER TABLE ${sqlOf(table)} ADD COLUMN IF NOT EXISTS ${quoted(name)} ${TYPES[type]}`);
}

export function nameOf({ schema, name }: TableName): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

const COLUMNS = `
SELECT c.relkind AS kind, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid = to_regclass($1)`;
