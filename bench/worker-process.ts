import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rounded } from './statistics.js';

/** `build`: `dist/`, as it is shipped, with its prebuilt bundle. `sources`: as `npm run worker` starts it. */
export type WorkerForm = 'build' | 'sources';

/** A worker process whose cost is looked at. */
export interface MeasuredWorker {
  readonly pid: number;
  /** From its spawning until it took runs. */
  readonly readyMs: number;
  /** Resident memory in MiB: now, and at most so far. Of Linux; elsewhere null. */
  memory(): Promise<{ readonly rssMiB: number; readonly peakMiB: number } | null>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL when it has not drained in five seconds. */
  stop(): Promise<void>;
}

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const COMMANDS: Readonly<Record<WorkerForm, readonly string[]>> = {
  build: [pathOf('dist/src/worker.js')],
  sources: ['--import', 'tsx', pathOf('src/worker.ts')],
};
const DRAINS_WITHIN_MS = 5_000;

export const WORKFLOW_BUNDLE = pathOf('dist/src/workflow-bundle.cjs');

/** `npm run build`. */
export async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, ['--import', 'tsx', pathOf('scripts/build.ts')]);
}

/** Starts a worker; resolves once it takes runs. It ends with this process. */
export async function startMeasuredWorker(form: WorkerForm, env: NodeJS.ProcessEnv): Promise<MeasuredWorker> {
  const start = performance.now();
  const child = spawn(process.execPath, COMMANDS[form], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LOG_LEVEL: 'error', ...env },
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  await Promise.race([
    new Promise((resolve) => child.once('message', resolve)),
    gone.then(() => {
      throw new Error('the worker ended before it was ready');
    }),
  ]);
  const readyMs = Math.round(performance.now() - start);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), DRAINS_WITHIN_MS);
    await gone;
    clearTimeout(late);
  };
  const pid = child.pid ?? 0;
  return { pid, readyMs, memory: () => memoryOf(pid), kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

async function memoryOf(pid: number): Promise<{ rssMiB: number; peakMiB: number } | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const mebibytes = (name: string): number =>
    rounded(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1_024);
  const [rssMiB, peakMiB] = [mebibytes('VmRSS'), mebibytes('VmHWM')];
  return Number.isNaN(peakMiB) ? null : { rssMiB, peakMiB };
}
