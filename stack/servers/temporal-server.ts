import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from '../errors.js';
import { homePaths } from '../home/home.js';
import { stopOrphan } from './process-record.js';
import { launchServer, type ServerProcess, serverEnvironment } from './server-process.js';

const START_DEADLINE_MS = 60_000;
const POLL_MS = 25;
const TRACE_LINES = 400;
/** What the dev server prints once it has its ports. */
const BANNER = 'Temporal Server:';

export interface TemporalOptions {
  /** Holds the database file, log and process record. */
  readonly home: string;
  /** Path of the Temporal CLI. */
  readonly binary: string;
  readonly namespace: string;
  readonly port: number;
  /** Null: without the UI. */
  readonly uiPort: number | null;
  /** `KEY=VALUE`, the value as JSON. */
  readonly dynamicConfig: readonly string[];
  /** Nothing outlives the server; several times as fast as its file. */
  readonly inMemory: boolean;
  readonly signal: AbortSignal;
}

/** A Temporal dev server that takes connections. */
export interface TemporalServer {
  readonly pid: number;
  readonly port: number;
  readonly uiPort: number | null;
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the dev server on the database file of the home; one that an earlier supervisor left behind is stopped first.
 * @throws StackError `port-busy`, `server-failed` with the end of its log
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const paths = homePaths(options.home);
  await stopOrphan(paths.temporalRecord, 'SIGTERM');
  const server = await launchServer({
    name: 'The Temporal dev server',
    command: options.binary,
    args: serverArguments(options, paths.temporalDb),
    env: serverEnvironment(process.env),
    logPath: paths.temporalLog,
    recordPath: paths.temporalRecord,
  });
  await untilItListens(server, options);
  const { pid, exited } = server;
  return { pid, port: options.port, uiPort: options.uiPort, exited, stop: () => server.stop('SIGTERM') };
}

function serverArguments(options: TemporalOptions, database: string): string[] {
  const ui =
    options.uiPort === null ? ['--headless'] : ['--ui-port', String(options.uiPort), '--ui-disable-news-fetch'];
  const where = ['--ip', '127.0.0.1', '--port', String(options.port), ...ui];
  const settings = options.dynamicConfig.flatMap((setting) => ['--dynamic-config-value', setting]);
  const quiet = ['--log-level', 'warn', '--disable-config-file', '--disable-config-env'];
  return [
    'server',
    'start-dev',
    ...where,
    ...(options.inMemory ? [] : ['--db-filename', database]),
    '--namespace',
    options.namespace,
    ...settings,
    ...quiet,
  ];
}

async function untilItListens(server: ServerProcess, { port, signal }: TemporalOptions): Promise<void> {
  const giveUpAt = performance.now() + START_DEADLINE_MS;
  while (!(await serves(server, port))) {
    const ended = await Promise.race([server.exited, sleep(POLL_MS, null)]);
    if (ended !== null) throw startFailure(server, ended);
    if (performance.now() < giveUpAt && !signal.aborted) continue;
    await server.stop('SIGTERM');
    signal.throwIfAborted();
    throw server.failure(`did not listen within ${START_DEADLINE_MS / 1_000} s`);
  }
}

function startFailure(server: ServerProcess, ended: string): StackError {
  // It says so in a sentence before it starts, and in a panic, with a long trace, when somebody was quicker after that.
  const busy = /(?::|port )(\d+): .*address already in use/.exec(server.tail(TRACE_LINES).join('\n'));
  if (busy?.[1] === undefined) return server.failure(`did not start (${ended})`);
  const message = `Port ${busy[1]} of 127.0.0.1 is in use by another program; stop it, or name another port for Temporal.`;
  return new StackError('port-busy', message);
}

/** Somebody listening is not enough: of two stacks that start at once on one port, one is about to say that it is taken. */
async function serves(server: ServerProcess, port: number): Promise<boolean> {
  return server.tail(50).some((line) => line.startsWith(BANNER)) && (await listens(port));
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
