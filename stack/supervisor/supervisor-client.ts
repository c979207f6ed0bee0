import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { diskError, StackError } from '../errors.js';
import { homePaths } from '../home/home.js';
import { openLogFile } from '../servers/log-file.js';
import { clusterPaths } from '../servers/postgres-cluster.js';
import { lockHolder } from '../install/process-lock.mjs';
import { stopOrphan } from '../servers/process-record.js';
import { serverEnvironment } from '../servers/server-process.js';
import { removeStackFile } from '../home/stack-file.js';
import { fromSupervisor, type ServerStates, type StackPlan, type ToSupervisor } from './supervisor-protocol.js';

const START_DEADLINE_MS = 120_000;
const STOP_DEADLINE_MS = 15_000;

/** The parent's end of a running supervisor process. It does not keep the parent alive. */
export interface Supervisor {
  readonly pid: number;
  /** The servers as they are now. */
  servers(): ServerStates;
  /** Has the servers end and waits for it; ends them itself when the supervisor was killed. */
  stop(): Promise<void>;
}

/**
 * Spawns a supervisor for a plan and waits until its servers run.
 * @param onFailure told once when, later, it gives up or dies without being asked to
 * @throws StackError
 */
export async function startSupervisor(
  plan: StackPlan,
  onFailure: (error: StackError) => void,
  signal?: AbortSignal,
): Promise<Supervisor> {
  const child = spawnSupervisor(plan.home);
  let servers: ServerStates = {};
  let stopping = false;
  const gone = Promise.all([once(child, 'exit'), once(child, 'disconnect')]); // Messages come before the latter.
  const running = new Promise<null>((resolve) => {
    onNews(child, 'running', (news) => {
      servers = news.servers;
      resolve(null);
    });
  });
  const lost = new Promise<StackError>((resolve) => {
    onNews(child, 'failed', (news) => {
      resolve(new StackError(news.kind, news.message));
    });
    void gone.then(() => {
      resolve(diedError(plan.home));
    });
  });
  const stop = async (): Promise<void> => {
    stopping = true;
    await endSupervisor(child, gone);
    await stopLeftovers(plan.home);
  };
  tell(child, { type: 'start', plan });
  const failure = await Promise.race([running, lost, expiry(signal)]);
  if (failure !== null) {
    await stop();
    signal?.throwIfAborted();
    throw failure;
  }
  void lost.then((error) => {
    if (!stopping) onFailure(error);
  });
  child.unref();
  child.channel?.unref();
  return { pid: child.pid ?? 0, servers: () => servers, stop };
}

function spawnSupervisor(home: string): ChildProcess {
  const log = openLog(home);
  try {
    return fork(fileURLToPath(new URL('supervisor.ts', import.meta.url)), {
      cwd: '/',
      detached: true,
      env: serverEnvironment(process.env),
      execArgv: ['--import', import.meta.resolve('tsx')],
      stdio: ['ignore', log.descriptor, log.descriptor, 'ipc'],
    });
  } finally {
    closeSync(log.descriptor);
  }
}

function openLog(home: string): ReturnType<typeof openLogFile> {
  try {
    return openLogFile(homePaths(home).supervisorLog);
  } catch (error) {
    throw diskError(error, home);
  }
}

type News = ReturnType<typeof fromSupervisor.parse>;

function onNews<T extends News['type']>(
  child: ChildProcess,
  type: T,
  tell: (news: Extract<News, { type: T }>) => void,
): void {
  const isWanted = (news: News): news is Extract<News, { type: T }> => news.type === type;
  child.on('message', (message) => {
    const news = fromSupervisor.parse(message);
    if (isWanted(news)) tell(news);
  });
}

function tell(child: ChildProcess, request: ToSupervisor): void {
  if (child.connected) child.send(request, () => undefined); // A supervisor that dies meanwhile is noticed by its exit.
}

async function expiry(signal: AbortSignal | undefined): Promise<StackError> {
  await sleep(START_DEADLINE_MS, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) }).catch(
    () => undefined,
  );
  return new StackError(
    'server-failed',
    `The embedded servers did not run within ${START_DEADLINE_MS / 1_000} s; the machine may be overloaded.`,
  );
}

async function endSupervisor(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  child.ref();
  child.channel?.ref();
  tell(child, { type: 'stop' });
  const ended = gone.then(() => true);
  if (await Promise.race([ended, sleep(STOP_DEADLINE_MS, false, { ref: false })])) return;
  child.kill('SIGKILL');
  await ended;
}

/** What a supervisor that was killed left behind; nothing when it ended by itself, or another one has the home. */
async function stopLeftovers(home: string): Promise<void> {
  const paths = homePaths(home);
  if (lockHolder(paths.lock) !== null) return;
  await Promise.all([
    stopOrphan(paths.temporalRecord, 'SIGTERM'),
    stopOrphan(clusterPaths(paths.postgres).record, 'SIGINT'),
    removeStackFile(home),
  ]);
}

function diedError(home: string): StackError {
  const message = `The process that keeps the embedded servers has died; see ${homePaths(home).supervisorLog}, then start again.`;
  return new StackError('server-failed', message);
}
