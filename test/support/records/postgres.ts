import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { after, before } from 'node:test';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { clusterPaths } from '../../../stack/servers/postgres-cluster.js';
import { startPostgres, type PostgresServer } from '../../../stack/servers/postgres.js';
import { stopOrphan } from '../../../stack/servers/process-record.js';

/** A real Postgres for the tests of one file. */
export interface TestPostgres {
  /** URL of a new, empty database. */
  emptyDatabase(): Promise<string>;
  /** URL of a new database, copied from the one that `prepare` made. */
  database(): Promise<string>;
  /** Ends the server, with all connections. */
  stop(): Promise<void>;
  /** Starts it again, with its data, on the port that it had. */
  start(): Promise<void>;
}

const FOLDER_PREFIX = 'journey-metrics-test-postgres-';

/**
 * Starts one server before the tests of this file and stops it after them. Ends with its process in every case but a
 * SIGKILL; what that leaves behind the next file's start clears away.
 * @param prepare fills the template of `database()`, e.g. with the schema; must close its connections
 */
export function testPostgres(prepare: (url: string) => Promise<void> = () => Promise.resolve()): TestPostgres {
  let server: PostgresServer | undefined;
  let dataDir = '';
  let databases = 0;

  const start = async (port?: number): Promise<void> => {
    server = await startPostgres({ dataDir, ...(port !== undefined && { port }) });
    await Promise.all(
      ['fsync', 'synchronous_commit'].map((setting) => execute(running().url, `ALTER SYSTEM SET ${setting} = off`)),
    );
    await execute(running().url, 'SELECT pg_reload_conf()');
  };
  const running = (): PostgresServer => {
    if (!server) throw new Error('Postgres is started by a before() hook: ask for databases in tests and hooks only');
    return server;
  };
  const create = async (name: string, template = 'template1'): Promise<string> => {
    const url = new URL(running().url);
    await execute(url.href, `CREATE DATABASE ${name} TEMPLATE ${template}`);
    url.pathname = `/${name}`;
    return url.href;
  };
  const nextName = (): string => {
    databases += 1;
    return `test_${databases}`;
  };

  const endWithProcess = (): void => {
    if (server) process.kill(server.pid, 'SIGINT');
  };
  before(async () => {
    await clearOrphans();
    dataDir = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
    await start();
    process.once('exit', endWithProcess);
    await prepare(await create('prepared'));
  });
  after(async () => {
    process.off('exit', endWithProcess);
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  return {
    emptyDatabase: () => create(nextName()),
    database: () => create(nextName(), 'prepared'),
    stop: () => running().stop(),
    start: () => start(running().port),
  };
}

/** One statement on a connection of its own, past everything that the product does. */
export async function execute<Row extends QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

async function clearOrphans(): Promise<void> {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(FOLDER_PREFIX));
  for (const folder of folders) {
    const path = join(tmpdir(), folder);
    // Rejects for a folder whose owner, another test process, still runs.
    const wasOrphan = await stopOrphan(clusterPaths(path).record, 'SIGINT').catch(() => false);
    if (wasOrphan) await rm(path, { recursive: true, force: true });
  }
}

/** A lock that is held until it is released. */
export interface HeldLock {
  /** Resolves once so many connections to this server wait for a lock. */
  isWaitedForBy(connections: number): Promise<void>;
  release(): Promise<void>;
}

/** Takes, in a transaction of its own, the lock that the statement asks for. */
export async function holdLock(url: string, statement: string): Promise<HeldLock> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query(statement);
  return {
    async isWaitedForBy(connections) {
      for (;;) {
        const { rows } = await client.query('SELECT DISTINCT pid FROM pg_locks WHERE NOT granted');
        if (rows.length >= connections) return;
      }
    },
    release: () => client.end(),
  };
}

/**
 * Runs calls that write to the database so that none gets past `statement` (e.g. `INSERT ON parts`) before each of them
 * has come as far as it can: there, or to a lock that another of them holds.
 */
export async function atOnce<T>(url: string, statement: string, calls: readonly (() => Promise<T>)[]): Promise<T[]> {
  await execute(
    url,
    `CREATE FUNCTION barrier() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL; END $$;
     CREATE TRIGGER barrier BEFORE ${statement} FOR EACH STATEMENT EXECUTE FUNCTION barrier();`,
  );
  const barrier = await holdLock(url, 'SELECT pg_advisory_xact_lock(1)');
  const results = Promise.all(calls.map((call) => call()));
  results.catch(() => undefined); // It may reject before it is awaited.
  await barrier.isWaitedForBy(calls.length);
  await barrier.release();
  return results;
}
