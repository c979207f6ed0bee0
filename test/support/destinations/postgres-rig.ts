import assert from 'node:assert/strict';
import pg from 'pg';
import { parseTable } from '../../../src/destinations/postgres/client.js';
import { createPostgresDestination } from '../../../src/destinations/postgres/postgres-destination.js';
import type { RowDestination } from '../../../src/ports/index.js';
import { testPostgres } from '../records/postgres.js';

export interface PostgresRig {
  /** For the owner of the database. */
  readonly url: string;
  /** The table as a destination, for its owner or for the user whom the address names. */
  readonly destination: (as?: string) => RowDestination;
  readonly sql: <Row extends pg.QueryResultRow>(text: string) => Promise<Row[]>;
}

/** Databases without a table, each with the destination that is to make one. */
export function postgresRigs(): (table?: string) => Promise<PostgresRig> {
  const postgres = testPostgres();
  return async (table = 'journeys.metrics') => {
    const url = await postgres.emptyDatabase();
    const name = parseTable(table);
    assert.ok(name);
    return {
      url,
      destination: (as = url) => createPostgresDestination({ readUrl: () => as, table: name }),
      sql: async <Row extends pg.QueryResultRow>(text: string) => {
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        try {
          return (await client.query<Row>(text)).rows;
        } finally {
          await client.end();
        }
      },
    };
  };
}
