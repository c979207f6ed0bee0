// Plain JavaScript without dependencies: `bootstrap.mjs` uses it before anything is installed.
import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive } from './process-identity.mjs';

/** The lock of a folder was not released in time. */
export class LockTimeout extends Error {
  name = 'LockTimeout';

  constructor(folder, holder) {
    super(`${folder} is held by process ${holder.pid}`);
    this.holder = holder;
  }
}

/**
 * A lock is a folder in which every contender puts an entry with its own name, and then looks for others: who sees no
 * other live one has it, who does steps back. Nobody ever takes an entry over, so a stale one can be removed safely.
 */
export async function lock(folder, { deadlineMs, signal, onWait }) {
  const giveUpAt = performance.now() + deadlineMs;
  let told = false;
  for (;;) {
    const attempt = tryLock(folder);
    if ('release' in attempt) return attempt.release;
    if (performance.now() > giveUpAt) throw new LockTimeout(folder, attempt.holder);
    if (!told) onWait?.(attempt.holder);
    told = true;
    // Two that step back from each other must not meet again.
    await sleep(25 + Math.random() * 75, undefined, { signal });
  }
}

/** Who holds the lock now; null when nobody does. */
export function lockHolder(folder) {
  return liveEntries(folder)[0] ?? null;
}

function tryLock(folder) {
  mkdirSync(folder, { recursive: true });
  const self = identify(process.pid);
  const entry = join(folder, entryName(self));
  try {
    closeSync(openSync(entry, 'wx', 0o600));
  } catch (error) {
    if (error.code === 'EEXIST') return { holder: self };
    throw error;
  }
  const release = () => {
    rmSync(entry, { force: true });
  };
  const holder = liveEntries(folder).find(({ pid }) => pid !== self.pid);
  if (holder === undefined) return { release };
  release();
  return { holder };
}

function liveEntries(folder) {
  let names;
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const live = [];
  for (const name of names) {
    const [pid, startTime] = name.split('.').map(decodeURIComponent);
    const identity = { pid: Number(pid), startTime };
    if (isAlive(identity)) live.push(identity);
    else rmSync(join(folder, name), { force: true });
  }
  return live;
}

function entryName({ pid, startTime }) {
  return `${pid}.${encodeURIComponent(startTime)}`;
}
