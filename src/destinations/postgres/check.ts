import type { Client } from 'pg';
import type { CheckStep, TableColumn } from '../../ports/index.js';
import { placeOf, quoted, sqlOf, withClient, type ReadUrl, type TableName } from './client.js';
import { Refused, refusalOf } from './refusal.js';
import type { Tables } from './replace-window.js';
import { columnsOf, nameOf, refuseOthers } from './schema.js';

/** By which a table is known as ours, before there are rows for it. */
const OURS: readonly TableColumn[] = [
  { name: '_delivery_id', type: 'text' },
  { name: '_revision', type: 'integer' },
];

/** Whether a window could be written; with `write` it is tried, in a transaction that is rolled back. */
export async function* checkTable(
  { readUrl, tables }: { readonly readUrl: ReadUrl; readonly tables: Tables },
  write: boolean,
  signal: AbortSignal,
): AsyncGenerator<CheckStep> {
  const where = placeOf(readUrl());
  const remedy = 'correct the URL file, the table or the rights of the user';
  if (where === undefined) {
    yield { step: 'configuration', status: 'fail', found: 'the URL file has no Postgres URL', remedy };
    return;
  }
  yield { step: 'configuration', status: 'ok', found: `${nameOf(tables.rows)} at ${where}` };
  const found: CheckStep[] = [];
  let step = 'connect';
  const done = (name: string, text: string): void => {
    found.push({ step: name, status: 'ok', found: text });
  };
  try {
    await withClient(readUrl, signal, async (client) => {
      done('reach', 'it answers');
      done('authenticate', 'user and password are accepted');
      step = `read ${nameOf(tables.rows)}`;
      const present = await columnsOf(client, tables.rows);
      if (present) refuseOthers({ table: tables.rows, ours: OURS }, present);
      done('table', present ? `it has ${present.size} columns` : 'it is made with the first delivery');
      step = `create and write a table beside ${nameOf(tables.rows)}`;
      if (!write) return;
      const windows = await columnsOf(client, tables.windows);
      for (const [table, isThere] of [
        [tables.rows, present],
        [tables.windows, windows],
      ] as const) {
        if (isThere) await refuseMissingRights(client, table);
      }
      if (present && windows) done('write', 'the user has every right to both tables');
      else await tryToWrite(client, tables, done);
    });
    yield* found;
  } catch (error) {
    signal.throwIfAborted();
    const refusal = refusalOf(error, step);
    if (refusal === undefined) throw error;
    yield* found;
    yield { step: step === 'connect' ? 'reach' : 'write', status: 'fail', found: refusal.reason, remedy };
  }
}

const RIGHTS = ['select', 'insert', 'update', 'delete'] as const;

/** Of a table that is there: a user who may write it need not be one who may create another. */
async function refuseMissingRights(client: Client, table: TableName): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM unnest($2::text[]) AS name WHERE NOT has_table_privilege($1, name)',
    [sqlOf(table), RIGHTS],
  );
  if (rows.length === 0) return;
  const missing = rows.map(({ name }) => name).join(', ');
  throw new Refused(`the user has no right to ${missing} in ${nameOf(table)}: grant it`);
}

async function tryToWrite(
  client: Client,
  { rows }: Tables,
  done: (step: string, found: string) => void,
): Promise<void> {
  const probe = sqlOf({ ...rows, name: `${rows.name}_probe` });
  await client.query('BEGIN');
  const { rows: schemas } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [
    rows.schema ?? 'public',
  ]);
  if (schemas.length === 0 && rows.schema !== undefined) await client.query(`CREATE SCHEMA ${quoted(rows.schema)}`);
  await client.query(`CREATE TABLE ${probe} (_revision integer)`);
  await client.query(`INSERT INTO ${probe} VALUES (1)`);
  done('write', 'a table was made and written');
  await client.query(`SELECT FROM ${probe}`);
  done('read back', 'it was read');
  await client.query('ROLLBACK');
  done('clean up', 'it was rolled back');
}
