import { mkdir } from 'node:fs/promises';
import { StackError } from '../errors.js';
import { homePaths } from '../home/home.js';
import { type KeptServer, keepUp } from '../servers/kept-server.js';
import { type PostgresServer, startPostgres } from '../servers/postgres.js';
import { lock, LockTimeout } from '../install/process-lock.mjs';
import { choosePorts, onFreePorts, type Ports, rememberPorts } from '../home/remembered-ports.js';
import { readStackFile } from '../home/stack-file.js';
import type { ServerStates, StackPlan } from './supervisor-protocol.js';
import { startTemporal, type TemporalServer } from '../servers/temporal-server.js';

/** A supervisor whose parent was killed a moment ago still has to notice. */
const NOTICE_MS = 1_000;
const STOPPING_DEADLINE_MS = 15_000;

/** Takes a home for this process, from one that is about to end if need be. @throws StackError `home-in-use` */
export async function lockHome(home: string, signal: AbortSignal): Promise<() => void> {
  await mkdir(home, { recursive: true });
  const folder = homePaths(home).lock;
  try {
    return await lock(folder, { deadlineMs: NOTICE_MS, signal }).catch(async (error: unknown) => {
      const isServing = (await readStackFile(home)) !== null;
      if (!(error instanceof LockTimeout) || isServing) throw error;
      return lock(folder, { deadlineMs: STOPPING_DEADLINE_MS, signal });
    });
  } catch (error) {
    if (!(error instanceof LockTimeout)) throw error;
    const message = `${home} is in use by another embedded stack (process ${error.holder.pid}); stop that one, or set JOURNEY_METRICS_HOME to another folder.`;
    throw new StackError('home-in-use', message, { cause: error });
  }
}

/**
 * Starts the servers of a plan and keeps them up on the same ports.
 * @param on.changed after every start of a server but the first ones, with all servers as they are now
 * @returns the servers as they are now, and how to stop them
 */
export async function keepServers(
  plan: StackPlan,
  on: { changed: (servers: ServerStates) => void; givenUp: (error: unknown) => void },
  signal: AbortSignal,
): Promise<{ servers: ServerStates; stop(): Promise<void> }> {
  const ports = await choosePorts(homePaths(plan.home).ports);
  const servers: ServerStates = {};
  let complete = false;
  const up = (change: ServerStates): void => {
    Object.assign(servers, change);
    if (complete) on.changed(servers);
  };
  const keeping = { up, givenUp: on.givenUp };
  const outcomes = await Promise.allSettled([
    keepTemporal(plan, ports, keeping, signal),
    keepPostgres(plan, ports, keeping, signal),
  ]);
  const kept = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
  const stop = async (): Promise<void> => {
    await Promise.all(kept.map((server) => server.stop()));
  };
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) {
    await stop();
    throw failure.reason;
  }
  await rememberPorts(homePaths(plan.home).ports, {
    temporal: servers.temporal?.port ?? ports.temporal,
    ui: servers.temporal?.uiPort ?? ports.ui,
    postgres: servers.postgres?.port ?? ports.postgres,
  });
  complete = true;
  return { servers, stop };
}

interface Keeping {
  readonly up: (change: ServerStates) => void;
  readonly givenUp: (error: unknown) => void;
}

async function keepTemporal(plan: StackPlan, ports: Ports, on: Keeping, signal: AbortSignal): Promise<KeptServer[]> {
  const { home, temporal } = plan;
  if (temporal === undefined) return [];
  const { ui, ...options } = temporal;
  const start = onSamePorts(ports, (at) =>
    startTemporal({ ...options, home, port: at.temporal, uiPort: ui ? at.ui : null, signal }),
  );
  const up = ({ pid, port, uiPort }: TemporalServer): void => {
    on.up({ temporal: { pid, port, uiPort } });
  };
  return [await keepUp('The Temporal dev server', start, { up, givenUp: on.givenUp }, plan.deathsAtMost)];
}

async function keepPostgres(plan: StackPlan, ports: Ports, on: Keeping, signal: AbortSignal): Promise<KeptServer[]> {
  if (!plan.postgres) return [];
  const dataDir = homePaths(plan.home).postgres;
  const start = onSamePorts(ports, (at) =>
    startPostgres({ dataDir, port: at.postgres, settings: plan.postgresSettings, signal }),
  );
  const up = ({ pid, port, url }: PostgresServer): void => {
    on.up({ postgres: { pid, port, url } });
  };
  return [await keepUp('Postgres', start, { up, givenUp: on.givenUp }, plan.deathsAtMost)];
}

/** The first start may move to other ports; later ones may not, since clients look for the server where it was. */
function onSamePorts<T>(ports: Ports, start: (ports: Ports) => Promise<T>): () => Promise<T> {
  let held: Ports | null = null;
  return async () => {
    if (held !== null) return start(held);
    const [server, at] = await onFreePorts(ports, async (tried) => [await start(tried), tried] as const);
    held = at;
    return server;
  };
}
