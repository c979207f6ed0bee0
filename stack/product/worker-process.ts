import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A worker of the product, as a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  /** Resolves when it is gone: its exit code, null after a signal. Never rejects. */
  readonly exited: Promise<number | null>;
  /** SIGTERM, so that it drains; SIGKILL when it has not gone by then. */
  stop(withinMs: number): Promise<void>;
}

/** Arguments of Node for the worker of the sources. */
const WORKER = ['--import', 'tsx', fileURLToPath(new URL('../../src/worker.ts', import.meta.url))];

/** Exit code of a worker whose configuration is wrong. */
const MISCONFIGURED = 2;
/** Of its stderr: the last thing that it says is why it ended. */
const SAID_CHARACTERS = 4_000;

/** The process went before it was ready. Its own sentence, which names the variable, is part of ours. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed';

  constructor(
    readonly exitCode: number | null,
    what: string,
    said: string,
  ) {
    const ended = exitCode === MISCONFIGURED ? 'refuses its configuration' : 'ended before it was ready';
    const [, reason] = /^journey-metrics \w+: (.+)$/m.exec(said) ?? [];
    super(`the ${what} ${ended}${reason === undefined ? '' : `: ${reason}`}`);
  }
}

/**
 * Starts a worker and resolves once it takes runs. It is in a process group of its own, so that the terminal's Ctrl-C
 * does not reach it before its parent decides, and it drains when its parent is gone.
 * @throws WorkerFailed
 */
export async function startWorkerProcess(options: {
  readonly env: NodeJS.ProcessEnv;
  /** Gets its log, a JSON line at a time, with its end. */
  readonly onLog: (text: string) => void;
  readonly onError: (text: string) => void;
  /** How a sentence calls it; `worker` unless named. */
  readonly name?: string;
  /** Arguments of Node, for another entry than the worker of the sources. It must say `ready` as that one does. */
  readonly command?: readonly string[];
}): Promise<WorkerProcess> {
  const { env, command = WORKER, name = 'worker' } = options;
  let said = '';
  const child = spawn(process.execPath, command, {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      options.onLog(`${line}\n`);
    });
  }
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID_CHARACTERS);
    options.onError(text);
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
    child.once('error', () => {
      resolve(null);
    });
  });
  const ready = new Promise<void>((resolve) => {
    child.once('message', () => {
      resolve();
    });
  });
  const gone = exited.then((code) => Promise.reject(new WorkerFailed(code, name, said)));
  await Promise.race([ready, gone]);
  gone.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    exited,
    async stop(withinMs) {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), withinMs);
      await exited;
      clearTimeout(late);
    },
  };
}
