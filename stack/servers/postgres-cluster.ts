import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StackError } from '../errors.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { PostgresUser } from './postgres-user.js';
import { serverEnvironment } from './server-process.js';

const run = promisify(execFile);
const INITDB_DEADLINE_MS = 120_000;

/** The superuser of the embedded cluster. */
export const SUPERUSER = 'journey';

/** What `initdb` made: where it is and how to get in. */
export interface Cluster {
  readonly folder: string;
  readonly password: string;
}

/** Paths below the data folder that we keep there. */
export function clusterPaths(dataDir: string): { cluster: string; password: string; log: string; record: string } {
  return {
    cluster: join(dataDir, 'cluster'),
    password: join(dataDir, 'password'),
    log: join(dataDir, 'postgres.log'),
    record: join(dataDir, 'process.json'),
  };
}

/**
 * The cluster of a data folder, made on first use: in a folder beside and then renamed, so that one that a crash cut
 * short is never taken for whole. Its password is random and kept in a file that only its owner reads.
 */
export async function ensureCluster(input: {
  dataDir: string;
  binaries: PostgresBinaries;
  user: PostgresUser;
  signal?: AbortSignal | undefined;
}): Promise<Cluster> {
  const paths = clusterPaths(input.dataDir);
  if (!(await exists(paths.cluster))) await initialise(input);
  return { folder: paths.cluster, password: (await readFile(paths.password, 'utf8')).trim() };
}

async function initialise({ dataDir, binaries, user, signal }: Parameters<typeof ensureCluster>[0]): Promise<void> {
  const paths = clusterPaths(dataDir);
  const draft = `${paths.cluster}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(paths.password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  await chmod(paths.password, 0o600);
  if (user.ids !== undefined) {
    for (const path of [dataDir, draft, paths.password]) await chown(path, user.ids.uid, user.ids.gid);
  }
  const options = ['--auth=scram-sha-256', `--username=${SUPERUSER}`, '--encoding=UTF8', '--no-locale'];
  const spawned = user.as(binaries.initdb, [...options, `--pwfile=${paths.password}`, `--pgdata=${draft}`]);
  try {
    await run(spawned.command, spawned.args, {
      ...(spawned.uid === undefined ? {} : { uid: spawned.uid, gid: spawned.gid }),
      cwd: '/',
      env: serverEnvironment(process.env),
      timeout: INITDB_DEADLINE_MS,
      signal,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw initdbError(cause, dataDir);
  }
  await rename(draft, paths.cluster);
}

function initdbError(cause: unknown, dataDir: string): StackError {
  const output = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
  const words = output.split('\n').filter(Boolean).slice(-5).join('\n  ');
  const message = `Postgres could not create its data in ${dataDir}; check free space and permissions there. It printed:\n  ${words}`;
  return new StackError('server-failed', message, { cause });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
