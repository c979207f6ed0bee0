import type { Client } from 'pg';
import type { Grain } from '../../contract/closed-sets.js';
import { overlapWarning } from '../../domain/window-cover.js';
import type { PartAnswer, RowDestination, RowsOfRevision, SeenRevision, TableColumn } from '../../ports/index.js';
import { ONE_PART, ROW_ATTEMPTS } from '../rows/attempts.js';
import { windowColumns } from '../rows/window-columns.js';
import { checkTable } from './check.js';
import { placeOf, withClient, type ReadUrl, type TableName } from './client.js';
import { refusalOf } from './refusal.js';
import {
  hasRevision,
  replaceWindow,
  standingWindow,
  touchWindow,
  type Replaced,
  type Tables,
} from './replace-window.js';
import { nameOf, prepareTable } from './schema.js';

export interface PostgresDestinationOptions {
  readonly readUrl: ReadUrl;
  readonly table: TableName;
  readonly grain?: Grain;
}

const WRITTEN: PartAnswer = { delivered: true, reason: 'written', permanent: false };
const SUPERSEDED: PartAnswer = { ...WRITTEN, reason: 'superseded', superseded: true };

/**
 * Replaces the rows of a window in a table, whole, in one transaction; the table and its columns are made before, as they
 * are needed. `<table>_windows` has a row for each window.
 */
export function createPostgresDestination(
  options: PostgresDestinationOptions,
): RowDestination & { close(): Promise<void> } {
  const { readUrl, table, grain = 'rows' } = options;
  const tables: Tables = { rows: table, windows: { ...table, name: `${table.name}_windows` } };
  const url = placeOf(readUrl());

  async function write(revision: RowsOfRevision, signal: AbortSignal, at: Step): Promise<PartAnswer> {
    try {
      return await withClient(readUrl, signal, async (client) => {
        at.step = `create table ${nameOf(table)} and its columns`;
        await prepare(client, tables, revision);
        at.step = `write into ${nameOf(table)}`;
        await begin(client);
        const replaced = await replaceWindow(client, tables, revision, signal);
        at.committing = true;
        await client.query(replaced.state === 'written' ? 'COMMIT' : 'ROLLBACK');
        return answerOf(replaced);
      });
    } catch (error) {
      const refusal = refusalOf(error, at.step);
      if (at.committing !== true || refusal === undefined) throw error;
      // The answer to the commit was lost: the row of the window says whether it was done.
      const done = await withClient(readUrl, signal, (client) => hasRevision(client, tables, revision));
      return done ? WRITTEN : refusal;
    }
  }

  function see(revision: SeenRevision, signal: AbortSignal, at: Step): Promise<PartAnswer> {
    at.step = `update ${nameOf(tables.windows)}`;
    return withClient(readUrl, signal, async (client) => {
      await touchWindow(client, tables, revision);
      return WRITTEN;
    });
  }

  return {
    kind: 'postgres',
    takes: 'rows',
    ...(grain !== 'rows' && { grain }),
    ...(url !== undefined && { place: `postgres://${url}/${nameOf(table)}` }),
    limits: ONE_PART,
    attempts: ROW_ATTEMPTS,
    signs: false,
    write: (revision, signal) => answered(signal, (at) => write(revision, signal, at), itself),
    seen: (revision, signal) => answered(signal, (at) => see(revision, signal, at), itself),
    standing: (window, signal) =>
      answered(signal, () => withClient(readUrl, signal, (client) => standingWindow(client, tables, window)), unknown),
    check: (signal, mayWrite) => checkTable({ readUrl, tables }, mayWrite === true, signal),
    close: () => Promise.resolve(),
  };
}

async function prepare(client: Client, { rows, windows }: Tables, revision: RowsOfRevision): Promise<void> {
  const { columns, constants } = revision.table;
  const key = ['_org', '_series', '_window_from', '_window_to'];
  await prepareTable(client, { table: rows, columns, ours: constants, key, unique: false });
  const ours: readonly TableColumn[] = windowColumns(revision);
  await prepareTable(client, { table: windows, columns: [], ours, key: ['_delivery_id'], unique: true });
}

/** Another one that writes the series is waited for as long as it takes; it ends, or its server sees that it is gone. */
async function begin(client: Client): Promise<void> {
  await client.query(`SET lock_timeout = 0`);
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  await client.query(
    `SELECT set_config('tcp_keepalives_idle', '10', true), set_config('tcp_keepalives_interval', '5', true)`,
  );
}

function answerOf(replaced: Replaced): PartAnswer {
  if (replaced.state === 'superseded') return SUPERSEDED;
  return replaced.overlaps === 0 ? WRITTEN : { ...WRITTEN, warnings: [overlapWarning(replaced.overlaps)] };
}

interface Step {
  /** What is being done, for the sentence about what was refused. */
  step: string;
  /** The transaction is complete but for its last word. */
  committing?: true;
}

async function answered<T>(
  signal: AbortSignal,
  work: (at: Step) => Promise<T>,
  otherwise: (refused: PartAnswer) => T,
): Promise<T> {
  const at: Step = { step: 'connect' };
  try {
    return await work(at);
  } catch (error) {
    signal.throwIfAborted();
    const refusal = refusalOf(error, at.step);
    if (refusal === undefined) throw error;
    return otherwise(refusal);
  }
}

/** No table yet, or no answer: the write says which. */
const unknown = (): undefined => undefined;
const itself = (refused: PartAnswer): PartAnswer => refused;
