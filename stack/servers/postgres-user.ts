import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { StackError } from '../errors.js';

const run = promisify(execFile);

/** Who runs Postgres. It refuses root; without root there is nothing to do. */
export interface PostgresUser {
  /** Owner of the data; absent when we are not root. */
  readonly ids?: { readonly uid: number; readonly gid: number };
  /** Turns a command into what is to be spawned so that it runs as that user. */
  as(
    command: string,
    args: readonly string[],
  ): { command: string; args: readonly string[]; uid?: number; gid?: number };
}

/**
 * As root: the owner of the cluster, if it is there already, else the user `postgres`, else `nobody`; nothing is created
 * on the system. Where that user cannot reach one of the `paths` (a checkout below /root, a private temporary folder),
 * `setpriv` leaves it the one capability for that.
 * @throws StackError `unsupported` when there is no such way
 */
export async function choosePostgresUser(cluster: string, paths: readonly string[]): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) return { as: (command, args) => ({ command, args }) };
  const ids = (await ownerOf(cluster)) ?? (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (ids === null) throw new StackError('unsupported', `Postgres does not run as root. ${REMEDY}`);
  if ((await Promise.all(paths.map(isReachable))).every(Boolean)) {
    return { ids, as: (command, args) => ({ command, args, ...ids }) };
  }
  const become = [`--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--clear-groups'];
  // The secure bit: without it access(2), by which Postgres looks for its own programs, disregards the capability.
  const reach = ['--securebits=+no_setuid_fixup', '--inh-caps=-all,+dac_override', '--ambient-caps=+dac_override'];
  const options = [...become, ...reach, '--'];
  await run('setpriv', [...options, 'true'], { timeout: 5_000 }).catch((cause: unknown) => {
    const message = `Postgres does not run as root, and no other user can reach ${paths.join(' and ')}. ${REMEDY}`;
    throw new StackError('unsupported', message, { cause });
  });
  return { ids, as: (command, args) => ({ command: 'setpriv', args: [...options, command, ...args] }) };
}

const REMEDY =
  'Run as an ordinary user, or move the checkout and JOURNEY_METRICS_HOME to a folder that every user can read, or set DATABASE_URL.';

async function ownerOf(cluster: string): Promise<{ uid: number; gid: number } | null> {
  const owner = await stat(cluster).catch(() => null);
  return owner === null || owner.uid === 0 ? null : { uid: owner.uid, gid: owner.gid };
}

async function lookUp(user: string): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
    return { uid: Number.parseInt(uid.stdout, 10), gid: Number.parseInt(gid.stdout, 10) };
  } catch {
    return null;
  }
}

/** Whether everybody may pass through every folder on the way, and enter or execute the thing itself. */
async function isReachable(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  if ((mode & 0o001) === 0) return false;
  return dirname(path) === path || isReachable(dirname(path));
}
