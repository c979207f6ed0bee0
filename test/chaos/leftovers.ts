import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import pg from 'pg';
import { decodedHistory, type Trace } from './canaries.js';

/** Where a chaos run leaves something behind. */
export interface Leftovers {
  /** Files of these folders, by the name of the place. */
  readonly folders: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  readonly temporal: Client;
  /** Which histories; all unless given. */
  readonly query?: string;
}

/** All of it, as text, one file, table and history after the other. */
export async function* tracesOf({ folders, databaseUrl, temporal, query }: Leftovers): AsyncGenerator<Trace> {
  for (const [place, folder] of Object.entries(folders)) yield* filesOf(place, folder);
  yield* tablesOf(databaseUrl);
  for await (const { workflowId, runId } of temporal.workflow.list(query === undefined ? {} : { query })) {
    const json = historyToJSON(await temporal.workflow.getHandle(workflowId, runId).fetchHistory());
    yield { place: `the history of ${workflowId}`, text: decodedHistory(json) };
  }
}

async function* filesOf(place: string, folder: string): AsyncGenerator<Trace> {
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    yield { place: `${place}/${relative(folder, path)}`, text: await readFile(path, 'utf8') };
  }
}

const BATCH = 500;

async function* tablesOf(connectionString: string): AsyncGenerator<Trace> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query('BEGIN');
    for (const { name } of (await client.query<{ name: string }>(TABLES)).rows) {
      await client.query(`DECLARE dump NO SCROLL CURSOR FOR SELECT row_to_json(r)::text AS text FROM ${name} r`);
      let batch: readonly { text: string }[];
      do {
        batch = (await client.query<{ text: string }>(`FETCH ${BATCH} FROM dump`)).rows;
        yield { place: `the table ${name}`, text: batch.map(({ text }) => text).join('\n') };
      } while (batch.length > 0);
      await client.query('CLOSE dump');
    }
  } finally {
    await client.end();
  }
}

const TABLES = `
SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`;
