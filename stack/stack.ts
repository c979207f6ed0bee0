import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { diskError, type StackError } from './errors.js';
import { requireLoopback } from './home/ports.js';
import { updateStackFile } from './home/stack-file.js';
import type { ServerStates, StackPlan } from './supervisor/supervisor-protocol.js';
import { type Supervisor, startSupervisor } from './supervisor/supervisor-client.js';
import { findTemporal } from './servers/temporal-binary.js';
import { prepareNamespace } from './servers/temporal-namespace.js';

export { StackError } from './errors.js';
export { readStackFile, type StackFile, updateStackFile } from './home/stack-file.js';

export interface StackOptions {
  /** Keeps the data, the logs and `stack.json`; made when missing. One live stack per home. */
  readonly home: string;
  /** Of Temporal; `default` unless named. */
  readonly namespace?: string;
  /** Whether Temporal serves its UI; yes unless told otherwise. */
  readonly ui?: boolean;
  /** False: that server is somebody else's. */
  readonly temporal?: boolean;
  /** As `temporal`. */
  readonly postgres?: boolean;
  /** Of the Temporal server, `KEY=VALUE` with the value as JSON. */
  readonly dynamicConfig?: readonly string[];
  /** Whether Temporal forgets its runs with its end, and is faster for it; no unless told otherwise. */
  readonly inMemory?: boolean;
  /** Of Postgres, `name=value`, beside those that it needs. */
  readonly postgresSettings?: readonly string[];
  /** How often within a minute a server may die and is started again; five times unless somebody kills them on purpose. */
  readonly deathsAtMost?: number;
  /** Told in a few words what is under way. */
  readonly onStatus?: (text: string) => void;
  /** Told once when a server cannot be kept up, or the process that keeps them was killed. `stop` is still needed. */
  readonly onFailure?: (error: StackError) => void;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

/** A running stack. Servers that die are started again where they were; `pid` is that of the present one. */
export interface Stack {
  /** Absolute. */
  readonly home: string;
  /** The process that owns the servers and ends them when this one is gone. */
  readonly supervisorPid: number;
  readonly temporal?: {
    readonly address: string;
    readonly namespace: string;
    readonly uiUrl: string | null;
    readonly pid: number;
  };
  /** `url` holds the password. */
  readonly database?: { readonly url: string; readonly pid: number };
  /** Ends the servers and removes `stack.json`; the data stays. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a Temporal dev server and a Postgres that outlive nobody: they end with `stop`, with this process, or when it
 * is killed. Waits until both serve, with the namespace made ready for the product, and writes `stack.json`.
 * @throws StackError
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const home = resolve(options.home);
  const { namespace = 'default', signal, onFailure = () => undefined, onStatus = () => undefined } = options;
  await mkdir(home, { recursive: true }).catch((error: unknown) => {
    throw diskError(error, home);
  });
  await requireLoopback();
  const plan = await makePlan(home, namespace, options);
  const names = [...(plan.temporal ? ['Temporal'] : []), ...(plan.postgres ? ['Postgres'] : [])];
  if (names.length > 0) onStatus(`starting ${names.join(' and ')}`);
  const supervisor = await startSupervisor(plan, onFailure, signal);
  try {
    const stack = describe(supervisor, home, namespace);
    if (stack.temporal !== undefined) await prepareNamespace(stack.temporal.address, namespace, signal);
    await announce(stack);
    return stack;
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

async function makePlan(home: string, namespace: string, options: StackOptions): Promise<StackPlan> {
  const { temporal = true, postgres = true, ui = true, dynamicConfig = [], deathsAtMost, onStatus, signal } = options;
  const { inMemory = false, postgresSettings = [] } = options;
  const bounds = deathsAtMost === undefined ? {} : { deathsAtMost };
  const plan = { home, postgres, postgresSettings: [...postgresSettings], ...bounds };
  if (!temporal) return plan;
  const binary = await findTemporal({
    ...(onStatus === undefined ? {} : { onStatus }),
    ...(signal === undefined ? {} : { signal }),
  });
  onStatus?.(`Temporal CLI ${binary.source}`);
  return { ...plan, temporal: { binary: binary.path, namespace, ui, inMemory, dynamicConfig: [...dynamicConfig] } };
}

function describe(supervisor: Supervisor, home: string, namespace: string): Stack {
  const { temporal, postgres } = supervisor.servers();
  const pidOf = (server: keyof ServerStates): number => supervisor.servers()[server]?.pid ?? 0;
  return {
    home,
    supervisorPid: supervisor.pid,
    ...(temporal && {
      temporal: {
        address: `127.0.0.1:${temporal.port}`,
        namespace,
        uiUrl: temporal.uiPort === null ? null : `http://127.0.0.1:${temporal.uiPort}`,
        get pid() {
          return pidOf('temporal');
        },
      },
    }),
    ...(postgres && {
      database: {
        url: postgres.url,
        get pid() {
          return pidOf('postgres');
        },
      },
    }),
    stop: () => supervisor.stop(),
  };
}

async function announce({ home, temporal, database }: Stack): Promise<void> {
  await updateStackFile(home, {
    temporal: temporal ? { address: temporal.address, namespace: temporal.namespace, uiUrl: temporal.uiUrl } : null,
    database: database ? { url: database.url } : null,
    gateway: null,
  });
}
