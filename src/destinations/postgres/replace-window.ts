import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { isSuperseded, overlapping, type PlacedWindow } from '../../domain/window-cover.js';
import type {
  Cell,
  ConstantColumn,
  RowsOfRevision,
  SeenRevision,
  StandingRevision,
  WindowAt,
} from '../../ports/index.js';
import { windowColumns } from '../rows/window-columns.js';
import { quoted, sqlOf, type TableName } from './client.js';
import { copyRows } from './copy-rows.js';

/** The table of the rows, and that of the windows. */
export interface Tables {
  readonly rows: TableName;
  readonly windows: TableName;
}

/** What a transaction is going to end as. */
export type Replaced = { readonly state: 'superseded' } | { readonly state: 'written'; readonly overlaps: number };

/**
 * Puts the rows of a revision in the place of those that the window has, in the transaction of the caller. Windows of a
 * series are written one after the other: each may take rows of others away, and so two could wait for each other.
 */
export async function replaceWindow(
  client: Client,
  tables: Tables,
  revision: RowsOfRevision,
  signal: AbortSignal,
): Promise<Replaced> {
  const windows = sqlOf(tables.windows);
  const { deliveryId, org, series } = revision;
  await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey(tables, org, series)]);
  await insertWindow(client, windows, revision);
  const { rows: standing } = await client.query<{ _revision: string }>(
    `SELECT _revision FROM ${windows} WHERE _delivery_id = $1 FOR UPDATE`,
    [deliveryId],
  );
  const own = placedWindow(revision);
  const others = await windowsBeside(client, windows, revision);
  const isOld = Number(standing[0]?._revision ?? 0) > revision.revision;
  if (isOld || isSuperseded(own, others)) return { state: 'superseded' };
  await deleteRows(client, tables, revision, own);
  await copyRows(client, tables.rows, revision.table, signal);
  const all = [own, ...others];
  for (const each of others) {
    if (!isSuperseded(each, all)) continue;
    await deleteRows(client, tables, revision, each);
    await client.query(`UPDATE ${windows} SET _rows = 0 WHERE _delivery_id = $1`, [each.deliveryId]);
  }
  await updateWindow(client, windows, revision);
  return { state: 'written', overlaps: overlapping<PlacedWindow>(own, all).length };
}

/** Moves on when a window was read. Changes nothing where another revision is there. */
export async function touchWindow(client: Client, { windows }: Tables, seen: SeenRevision): Promise<void> {
  const { readAt, complete, final, deliveryId, revision } = seen;
  await client.query(
    `UPDATE ${sqlOf(windows)} SET _read_at = $1, _complete = $2, _final = $3 WHERE _delivery_id = $4 AND _revision = $5`,
    [readAt, complete, final, deliveryId, revision],
  );
}

/** The revision that the table has of a delivery, if any. */
export async function standingWindow(
  client: Client,
  { windows }: Tables,
  { deliveryId }: WindowAt,
): Promise<StandingRevision | undefined> {
  const { rows } = await client.query<{ revision: string; run: string }>(
    `SELECT _revision AS revision, _run_key AS run FROM ${sqlOf(windows)} WHERE _delivery_id = $1 AND _revision > 0`,
    [deliveryId],
  );
  const [found] = rows;
  return found && { revision: Number(found.revision), runKey: found.run };
}

/** Whether a revision of this very run is there: what settles a commit whose answer was lost. */
export async function hasRevision(client: Client, { windows }: Tables, revision: SeenRevision): Promise<boolean> {
  const { deliveryId, revision: number, readAt } = revision;
  const { rows } = await client.query(
    `SELECT FROM ${sqlOf(windows)} WHERE _delivery_id = $1 AND _revision = $2 AND _read_at >= $3`,
    [deliveryId, number, readAt],
  );
  return rows.length > 0;
}

async function insertWindow(client: Client, windows: string, revision: SeenRevision): Promise<void> {
  const columns = windowColumns(revision, 0).map((column) =>
    column.name === '_revision' ? { ...column, value: 0 } : column,
  );
  const names = columns.map(({ name }) => quoted(name)).join(', ');
  const places = columns.map((_column, index) => `$${index + 1}`).join(', ');
  await client.query(
    `INSERT INTO ${windows} (${names}) VALUES (${places}) ON CONFLICT DO NOTHING`,
    columns.map(parameter),
  );
}

async function updateWindow(client: Client, windows: string, revision: SeenRevision): Promise<void> {
  const columns = windowColumns(revision);
  const sets = columns.map(({ name }, index) => `${quoted(name)} = $${index + 1}`).join(', ');
  await client.query(`UPDATE ${windows} SET ${sets} WHERE _delivery_id = $1`, columns.map(parameter));
}

function parameter({ type, value }: ConstantColumn): Cell | Date {
  return type === 'instant' && typeof value === 'number' ? new Date(value) : value;
}

async function deleteRows(
  client: Client,
  { rows }: Tables,
  { org, series }: SeenRevision,
  { from, to }: PlacedWindow,
): Promise<void> {
  await client.query(
    `DELETE FROM ${sqlOf(rows)} WHERE _org = $1 AND _series = $2 AND _window_from = $3 AND _window_to = $4`,
    [org, series, new Date(from), new Date(to)],
  );
}

async function windowsBeside(
  client: Client,
  windows: string,
  revision: SeenRevision,
): Promise<readonly PlacedWindow[]> {
  const { org, series, window, deliveryId } = revision;
  const { rows } = await client.query<{ id: string; from: Date; to: Date; at: Date }>(
    `SELECT _delivery_id AS id, _window_from AS from, _window_to AS to, _delivered_at AS at FROM ${windows}
     WHERE _org = $1 AND _series = $2 AND _window_from < $4 AND _window_to > $3 AND _delivery_id <> $5 AND _revision > 0
     ORDER BY _delivery_id FOR UPDATE`,
    [org, series, window.from, window.to, deliveryId],
  );
  return rows.map(({ id, from, to, at }) => ({
    deliveryId: id,
    from: from.getTime(),
    to: to.getTime(),
    claimedAt: at.getTime(),
  }));
}

function placedWindow({ deliveryId, window, claimedAt }: SeenRevision): PlacedWindow {
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  return { deliveryId, from, to, claimedAt: Date.parse(claimedAt) };
}

function lockKey({ rows }: Tables, org: string, series: string): string {
  const what = JSON.stringify(['journey-metrics table', sqlOf(rows), org, series]);
  return createHash('sha256').update(what).digest().readBigInt64BE().toString();
}
