import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from './postgres.js';
import { until } from '../until.js';

/** Debian puts it where only root's PATH looks. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;

/** Why there is none here; undefined where there is one. */
export function withoutPgbouncer(): string | undefined {
  try {
    execFileSync('pgbouncer', ['--version'], { env: { PATH }, stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no pgbouncer here: apt-get install pgbouncer';
  }
}

export interface Pgbouncer {
  /** Of the database behind it. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A real PgBouncer, as it is shipped but for its mode and what a test adds, in front of one database. */
export async function startPgbouncer(
  databaseUrl: string,
  settings: Readonly<Record<string, string>>,
): Promise<Pgbouncer> {
  const { hostname, port: behind, username, password, pathname } = new URL(databaseUrl);
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  const port = await freePort();
  const database = pathname.slice(1);
  const listening = { listen_addr: '127.0.0.1', listen_port: String(port), unix_socket_dir: '', auth_type: 'any' };
  const file = join(folder, 'pgbouncer.ini');
  const lines = Object.entries({ ...listening, ...settings }).map(([name, value]) => `${name} = ${value}`);
  const target = `host=${hostname} port=${behind} dbname=${database} user=${username} password=${password}`;
  writeFileSync(file, ['[databases]', `${database} = ${target}`, '[pgbouncer]', ...lines, ''].join('\n'));
  chmodSync(folder, 0o755);
  // It refuses to be root.
  const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('pgbouncer', [...asUser, file], { env: { PATH }, stdio: 'ignore' });
  const url = `postgres://${username}:any@127.0.0.1:${port}/${database}`;
  await until(
    'PgBouncer answers',
    () =>
      execute(url, 'SELECT 1 AS one').then(
        () => true,
        () => false,
      ),
    (answers) => answers,
  );
  return { url, stop: () => stop(child, folder) };
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A string only for a pipe.
  server.close();
  await once(server, 'close');
  return port;
}
