import { chown, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { diskError, StackError } from '../errors.js';
import { choosePort, isPortFree } from '../home/ports.js';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { type Cluster, clusterPaths, ensureCluster, SUPERUSER } from './postgres-cluster.js';
import { choosePostgresUser, type PostgresUser } from './postgres-user.js';
import { stopOrphan } from './process-record.js';
import { launchServer, type ServerProcess, serverEnvironment } from './server-process.js';

/** The database that a started server holds. */
const DATABASE = 'journey_metrics';

const START_DEADLINE_MS = 60_000;
/** How long the children of a postmaster that was killed may hold its shared memory. */
const RELEASE_DEADLINE_MS = 15_000;
const POLL_MS = 50;

export interface PostgresOptions {
  /** Ours alone; made when missing. Holds the cluster, its password and its log; a later start goes on with the data. */
  readonly dataDir: string;
  /** On 127.0.0.1; any free one unless named. */
  readonly port?: number;
  /** Beside those that it needs, `name=value`. */
  readonly settings?: readonly string[];
  readonly signal?: AbortSignal;
}

/** A Postgres that answers. */
export interface PostgresServer {
  /** `postgres://user:password@127.0.0.1:port/journey_metrics`; holds the password. */
  readonly url: string;
  readonly pid: number;
  readonly port: number;
  /** Resolves, never rejects, when the server ends for whatever reason, with how. */
  readonly exited: Promise<string>;
  /** Ends every connection and the server; what was committed stays. May be called twice. */
  stop(): Promise<void>;
}

interface Installation {
  readonly binaries: PostgresBinaries;
  readonly user: PostgresUser;
  readonly cluster: Cluster;
}

interface Launched extends Installation {
  readonly settings: readonly string[];
}

/**
 * Starts a real PostgreSQL as a child of this process and waits until it answers. Hooks no signal. A server that an
 * earlier process left behind on the same folder is stopped first.
 * @throws StackError `port-busy`, `home-in-use`, `disk`, `unsupported`, or `server-failed` with the end of its log
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const dataDir = resolve(options.dataDir);
  const signal = deadline(START_DEADLINE_MS, options.signal);
  const installation = await prepare(dataDir, signal).catch((error: unknown) => {
    throw diskError(error, dataDir);
  });
  if (options.port !== undefined && !(await isPortFree(options.port))) throw portBusy(options.port);
  const port = options.port ?? (await choosePort([]));
  const server = await launchUntilHeld(dataDir, { ...installation, settings: options.settings ?? [] }, port, signal);
  try {
    await ensureDatabase(installation.cluster, port);
  } catch (cause) {
    await server.stop('SIGINT');
    throw new StackError('server-failed', `Postgres runs, but the database ${DATABASE} could not be created.`, {
      cause,
    });
  }
  return {
    url: `postgres://${SUPERUSER}:${installation.cluster.password}@127.0.0.1:${port}/${DATABASE}`,
    pid: server.pid,
    port,
    exited: server.exited,
    stop: () => server.stop('SIGINT'), // "fast shutdown"
  };
}

async function prepare(dataDir: string, signal: AbortSignal): Promise<Installation> {
  const binaries = await findPostgresBinaries();
  await mkdir(dataDir, { recursive: true });
  await stopOrphan(clusterPaths(dataDir).record, 'SIGINT');
  const user = await choosePostgresUser(clusterPaths(dataDir).cluster, [dirname(dataDir), binaries.postgres]);
  if (user.ids !== undefined) await chown(dataDir, user.ids.uid, user.ids.gid);
  return { binaries, user, cluster: await ensureCluster({ dataDir, binaries, user, signal }) };
}

/** Starts the server, again for a while when the remains of a killed one still hold its shared memory. */
async function launchUntilHeld(
  dataDir: string,
  from: Launched,
  port: number,
  signal: AbortSignal,
): Promise<ServerProcess> {
  const giveUpAt = performance.now() + RELEASE_DEADLINE_MS;
  for (;;) {
    const server = await launch(dataDir, from, port);
    const ended = await untilItAnswers(server, from.cluster, port, signal);
    if (ended === null) return server;
    const words = server.tail(20).join('\n');
    if (words.includes('Address already in use')) throw portBusy(port);
    const held = words.includes('shared memory block') || words.includes('lock file "postmaster.pid" already exists');
    if (!held || performance.now() > giveUpAt) throw server.failure(`did not start (${ended})`);
    await sleep(5 * POLL_MS, undefined, { signal });
  }
}

function launch(dataDir: string, from: Launched, port: number): Promise<ServerProcess> {
  const { binaries, user, cluster } = from;
  const needed = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'log_line_prefix=%m [%p] '];
  const settings = [...needed, ...from.settings].flatMap((setting) => ['-c', setting]);
  const args = ['-D', cluster.folder, '-p', String(port), ...settings];
  const paths = clusterPaths(dataDir);
  return launchServer({
    name: 'Postgres',
    ...user.as(binaries.postgres, args),
    env: serverEnvironment(process.env),
    logPath: paths.log,
    recordPath: paths.record,
  });
}

/** Null once it answers; how it ended when it did not live that long. */
async function untilItAnswers(
  server: ServerProcess,
  cluster: Cluster,
  port: number,
  signal: AbortSignal,
): Promise<string | null> {
  for (;;) {
    if (await answers(cluster, port)) return null;
    const ended = await Promise.race([server.exited, sleep(POLL_MS, null)]);
    if (ended !== null) return ended;
    if (signal.aborted) {
      await server.stop('SIGINT');
      if (isDeadline(signal)) throw server.failure(`did not answer within ${START_DEADLINE_MS / 1_000} s`);
      signal.throwIfAborted();
    }
  }
}

/** Whether it is this very cluster that answers on the port, and not another Postgres. */
async function answers(cluster: Cluster, port: number): Promise<boolean> {
  try {
    const folder = await query(cluster, port, 'SHOW data_directory', 'data_directory');
    return folder === cluster.folder;
  } catch {
    return false;
  }
}

async function ensureDatabase(cluster: Cluster, port: number): Promise<void> {
  const known = await query(cluster, port, `SELECT 1 AS known FROM pg_database WHERE datname = '${DATABASE}'`, 'known');
  if (known === undefined) await query(cluster, port, `CREATE DATABASE ${DATABASE}`, '');
}

/** One column of the first row. */
async function query(cluster: Cluster, port: number, text: string, column: string): Promise<unknown> {
  const { password } = cluster;
  const target = { host: '127.0.0.1', port, user: SUPERUSER, password, database: 'postgres', ssl: false };
  const client = new pg.Client({ ...target, connectionTimeoutMillis: 5_000, query_timeout: 30_000 });
  client.on('error', () => undefined); // The query that it breaks rejects.
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows[0]?.[column];
  } finally {
    await client.end().catch(() => undefined);
  }
}

function portBusy(port: number): StackError {
  return new StackError(
    'port-busy',
    `Port ${port} of 127.0.0.1 is in use by another program; stop it or name another port for Postgres.`,
  );
}

function deadline(ms: number, signal: AbortSignal | undefined): AbortSignal {
  return signal === undefined ? AbortSignal.timeout(ms) : AbortSignal.any([AbortSignal.timeout(ms), signal]);
}

function isDeadline(signal: AbortSignal): boolean {
  return signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
}
