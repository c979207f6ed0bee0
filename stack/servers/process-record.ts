import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { StackError } from '../errors.js';
import { identify, isAlive, type ProcessIdentity } from '../install/process-identity.mjs';

const POLL_MS = 20;
const KILL_AFTER_MS = 5_000;

const identity = z.object({ pid: z.int().positive(), startTime: z.string() });
/** Which process serves a folder, and which one started it. */
const processRecord = z.object({ server: identity, owner: identity });
type ProcessRecord = z.infer<typeof processRecord>;

/** Writes down a server right after its spawn. Synchronous: a crash before it would leave an orphan nobody knows. */
export function writeProcessRecord(path: string, pid: number): void {
  const server = identify(pid);
  const owner = identify(process.pid);
  if (server !== null && owner !== null) writeFileSync(path, JSON.stringify({ server, owner }), { mode: 0o600 });
}

export function removeProcessRecord(path: string): void {
  rmSync(path, { force: true });
}

/**
 * Stops the server that an owner who is no more left behind, with `signal` and after five seconds with SIGKILL.
 * @returns whether there was one
 * @throws StackError `home-in-use` when its owner still lives
 */
export async function stopOrphan(path: string, signal: NodeJS.Signals): Promise<boolean> {
  const record = readProcessRecord(path);
  if (record === null || !isAlive(record.server)) return false;
  if (record.owner.pid !== process.pid && isAlive(record.owner)) {
    const message = `${path} belongs to process ${record.owner.pid}, which still runs; stop that process or use another folder.`;
    throw new StackError('home-in-use', message);
  }
  await stopProcess(record.server, signal);
  removeProcessRecord(path);
  return true;
}

/** Ends a process that need not be our child: `signal`, after five seconds SIGKILL; resolves once it is gone. */
export async function stopProcess(target: ProcessIdentity, signal: NodeJS.Signals): Promise<void> {
  for (const attempt of [signal, 'SIGKILL'] as const) {
    if (!isAlive(target)) return;
    kill(target.pid, attempt);
    if (await goneWithin(target, KILL_AFTER_MS)) return;
  }
  throw new StackError('server-failed', `Process ${target.pid} survives SIGKILL; stop it by hand, then start again.`);
}

async function goneWithin(target: ProcessIdentity, deadlineMs: number): Promise<boolean> {
  for (let waited = 0; waited < deadlineMs; waited += POLL_MS) {
    if (!isAlive(target)) return true;
    await sleep(POLL_MS);
  }
  return !isAlive(target);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

function readProcessRecord(path: string): ProcessRecord | null {
  try {
    return processRecord.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null; // Never started, or cut short by a crash: nothing that can be told apart safely.
  }
}
