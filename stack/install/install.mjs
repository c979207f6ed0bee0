// Plain JavaScript without dependencies: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { lock, LockTimeout } from './process-lock.mjs';

const DEADLINE_MS = 15 * 60_000;
const PROGRESS_MS = 15_000;

/** Dependencies could not be installed; the message says what to do. */
export class InstallError extends Error {
  name = 'InstallError';
}

/** Runs `npm ci` when the checkout's dependencies are not those of its lock file; at once when they are. */
export async function ensureInstalled({ root, env, say, deadlineMs = DEADLINE_MS }) {
  if (isInstalled(root)) return;
  const release = await lockCheckout(root, env, say, deadlineMs);
  try {
    if (isInstalled(root)) return; // Another process has just done it.
    say('installing dependencies with `npm ci`: about a minute, only this time');
    const startedAt = performance.now();
    await runNpm(root, env, say, deadlineMs);
    writeFileSync(stampPath(root), wantedStamp(root));
    say(`dependencies installed in ${Math.round((performance.now() - startedAt) / 1_000)} s`);
  } finally {
    release();
  }
}

function isInstalled(root) {
  const wanted = wantedStamp(root);
  if (readText(stampPath(root)) === wanted) return true;
  if (!isInstalledByHand(root)) return false;
  try {
    writeFileSync(stampPath(root), wanted);
  } catch {
    // A checkout that only others may write to: the next start compares again.
  }
  return true;
}

/** The lock file by content, and the machine: a checkout may be mounted in a container of another kind. */
function wantedStamp(root) {
  const text = readText(join(root, 'package-lock.json'));
  if (text === null) throw new InstallError(`${join(root, 'package-lock.json')} is missing; restore it from git.`);
  return `${createHash('sha256').update(text).digest('hex')} ${process.platform}-${process.arch}\n`;
}

/** Whether somebody's own `npm ci` or `npm install` left just what the lock file wants: npm writes down what it put there. */
function isInstalledByHand(root) {
  const present = readText(join(root, 'node_modules', '.package-lock.json'));
  if (present === null) return false;
  const { packages: have = {} } = JSON.parse(present);
  const { packages: want } = JSON.parse(readText(join(root, 'package-lock.json')));
  return Object.entries(want).every(([path, { version, integrity, ...entry }]) => {
    if (path === '' || (entry.optional && !isForThisMachine(entry))) return true;
    return have[path]?.version === version && have[path]?.integrity === integrity;
  });
}

/** Whether an optional package must be here: one that names this system. With `libc` or without any name, npm may leave it out. */
function isForThisMachine({ os, cpu, libc }) {
  return libc === undefined && os?.includes(process.platform) === true && cpu?.includes(process.arch) === true;
}

function stampPath(root) {
  return join(root, 'node_modules', '.installed-from');
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

async function lockCheckout(root, env, say, deadlineMs) {
  const name = createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 16);
  const folder = join(cacheFolder(env), `install-${name}.lock`);
  const onWait = ({ pid }) => {
    say(`process ${pid} is installing dependencies here; waiting for it`);
  };
  try {
    return await lock(folder, { deadlineMs, onWait });
  } catch (error) {
    if (error instanceof LockTimeout) {
      throw new InstallError(
        `Process ${error.holder.pid} has been installing here for too long; stop it and try again.`,
      );
    }
    throw new InstallError(`${folder} cannot be written (${error.code}); set XDG_CACHE_HOME to a writable folder.`);
  }
}

async function runNpm(root, env, say, deadlineMs) {
  // What is left out by the caller's shell or by the `npm run` around us is needed here all the same.
  const include = ['--include=dev', '--include=optional', '--include=peer'];
  const [command, ...args] = npmCommand(env);
  const child = spawn(command, [...args, 'ci', ...include, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: installEnvironment(env),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    if (words.length < 4_000) words += text;
  });
  let seconds = 0;
  const progress = setInterval(() => {
    seconds += PROGRESS_MS / 1_000;
    say(`still installing, ${seconds} s`);
  }, PROGRESS_MS);
  let expired = false;
  const deadline = setTimeout(() => {
    expired = true;
    child.kill('SIGKILL');
  }, deadlineMs);
  const outcome = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  clearInterval(progress);
  clearTimeout(deadline);
  if (outcome === 0) return;
  const how = expired ? `did not end within ${Math.round(deadlineMs / 1_000)} s` : `failed (${outcome})`;
  const reasons = words.split('\n').filter((line) => /^npm err(or|!) +\S/i.test(line));
  throw new InstallError([`\`npm ci\` ${how}. ${remedyFor(reasons)}`, ...reasons.slice(0, 8)].join('\n'));
}

/** npm cannot write: its cache is in the home folder unless it is told another one. */
function remedyFor(reasons) {
  const isDisk = reasons.some((line) => /\b(EROFS|EACCES|EPERM|ENOSPC|EDQUOT|ENOENT)\b/.test(line));
  return isDisk ? DISK_REMEDY : REMEDY;
}

const DISK_REMEDY =
  "npm cannot write to its cache or to this checkout: set npm_config_cache to a writable folder (by default it is ~/.npm), or fix the checkout's owner, then run the same command again.";

const REMEDY =
  "Check the network and npm's settings (`npm config get registry`, `npm config get https-proxy`, HTTPS_PROXY), then run the same command again.";

/** The npm that runs us, else the one on PATH. Other package managers name themselves in the same variable. */
function npmCommand(env) {
  const running = env.npm_execpath;
  return running !== undefined && basename(running) === 'npm-cli.js' ? [process.execPath, running] : ['npm'];
}

function installEnvironment(env) {
  const misleading =
    /^(NODE_ENV|npm_config_(omit|only|production|dev|optional|include|global|location|prefix|local_prefix|workspaces?|dry_run|package_lock_only|json))$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !misleading.test(name)));
}
