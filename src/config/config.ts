import { readAlertRules, readAlerts, type AlertsConfig } from './alerts/alerts.js';
import { readDatasets, type DatasetConfig } from './datasets.js';
import { readDestinations, type Destination } from './destinations/destinations.js';
import {
  findRunningDev,
  readDatabaseUrl,
  readDefaultOrg,
  readPageUrl,
  readRunUrl,
  type RunningDev,
  type RunUrl,
} from './dev-stack.js';
import { isPlainFile, readVariables, type Env, type Variables } from './environment.js';
import type { ListenAddress } from './kinds.js';
import type { Learn } from './files/learn.js';
import { readListening, type GatewayConfig } from './gateway.js';
import type { Network } from '../network/proxies.js';
import type { AlertRules } from '../ports/index.js';
import { readCertificates } from './files/certificates.js';
import { readMetrics, type MetricsExport } from './metrics.js';
import { readNetwork } from './network.js';
import { homeOf } from './places.js';
import { readOrgs, type OrgsConfig } from './orgs/orgs.js';
import { readVersioning, type Versioning } from './versioning.js';
import { readTemporal, type TemporalConfig } from './temporal.js';
import { VARIABLES, type Value } from './variables.js';

/** What files may change while a process runs. */
export type Changing = Pick<WorkerConfig, 'orgs' | 'destinations' | 'databaseUrl' | 'alerts'>;

export interface WorkerConfig {
  readonly orgs: OrgsConfig;
  readonly destinations: Readonly<Record<string, Destination>>;
  readonly alerts: AlertsConfig;
  readonly databaseUrl: string;
  readonly databaseConnections: number;
  readonly datasets: DatasetConfig;
  /** Reads the files again that say these; undefined where no file says any of it. Throws `ConfigError`. */
  readonly reread: (() => Changing) | undefined;
  readonly taskQueue: string;
  readonly shutdownGraceMs: number;
  /** Activities at once, without transfers. */
  readonly maxActivities: number;
  readonly maxTransfers: number;
  readonly maxCachedWorkflows: number;
  /** How long a workflow task waits for the worker that has the run cached, before any other may take it. */
  readonly stickyTimeoutMs: number;
  readonly health?: ListenAddress;
  readonly versioning?: Versioning;
  readonly metrics?: MetricsExport;
}

/** Whether texts have colours: as the person says, else as the terminal can. */
export type Colours = 'always' | 'never' | 'auto';

/**
 * What a process is told, as a value. Each part is read when it is first asked for, and once: a bad variable stops only
 * what needs it. Every part throws `ConfigError`.
 */
export interface Config {
  worker(): WorkerConfig;
  gateway(options: { readonly keyless: boolean }): GatewayConfig;
  orgs(): OrgsConfig;
  destinations(): Readonly<Record<string, Destination>>;
  /** Who is told of what goes wrong. */
  alerts(): AlertsConfig;
  /** When something is late, for programs that tell nobody. */
  alertRules(): AlertRules;
  temporal(): TemporalConfig;
  /** A run in the Temporal UI. */
  runUrl(): RunUrl;
  /** The page of a run, at the gateway of the `dev` that runs here. */
  pageUrl(): ReturnType<typeof readPageUrl>;
  databaseUrl(): string;
  /** The most that a process opens. */
  databaseConnections(): number;
  datasets(): DatasetConfig;
  /** Proxies, and who asks. */
  network(): Network;
  taskQueue(): string;
  /** Organisation of requests that name none. */
  defaultOrg(): string | undefined;
  requester(): string | undefined;
  logLevel(): Value<'LOG_LEVEL'>;
  /** Where the embedded stack keeps its state. */
  home(): string;
  /** The `npm run dev` that runs on this home. */
  runningDev(): RunningDev | undefined;
  colours(): Colours;
  readonly isSet: Variables['isSet'];
}

/** @param learn told every secret, before anything could write it: `Scrubber.learn` */
export function readConfig(env: Env, learn: Learn = () => undefined): Config {
  const variables = readVariables(env, learn);
  const home = once(() => homeOf(variables));
  const runningDev = once(() => findRunningDev(home()));
  const temporal = once(() => readTemporal(env, variables, runningDev));
  const parts = {
    orgs: once(() => readOrgs(variables)),
    destinations: once(() => readDestinations(variables)),
    alerts: once(() => readAlerts(variables, runningDev()?.gateway?.url)),
    alertRules: once(() => readAlertRules(variables)),
    temporal,
    runUrl: once(() => readRunUrl(variables, runningDev, temporal())),
    pageUrl: once(() => readPageUrl(runningDev, temporal())),
    databaseUrl: once(() => readDatabaseUrl(variables, runningDev)),
    databaseConnections: () => variables.get('DATABASE_CONNECTIONS'),
    datasets: once(() => readDatasets(variables)),
    network: once(() => readNetwork(variables)),
    taskQueue: () => variables.get('TASK_QUEUE'),
    defaultOrg: once(() => readDefaultOrg(variables, runningDev)),
    requester: () => variables.get('JOURNEY_METRICS_REQUESTER'),
    logLevel: () => variables.get('LOG_LEVEL'),
    home,
    runningDev,
    colours: () => coloursOf(env),
    isSet: variables.isSet,
  };
  return {
    ...parts,
    worker: once(() => readWorker(variables, parts, rereading(env, learn))),
    gateway: (options) => {
      const reread = ofPlainFiles(env, ['DATABASE_URL_FILE'], () => readConfig(env, learn).databaseUrl());
      return readGateway(variables, parts, { ...options, reread });
    },
  };
}

type Parts = Omit<Config, 'worker' | 'gateway'>;

/** Other programs have variables of such names, too, and what they name is no matter of ours. */
function isOurFile(name: string): boolean {
  return name.endsWith('_FILE') && (name in VARIABLES || name.slice(0, -'_FILE'.length) in VARIABLES);
}

/** Of plain files alone: a pipe can be read once, and again it would wait for ever. */
function ofPlainFiles<T>(env: Env, names: readonly string[], reread: () => T): (() => T) | undefined {
  const paths = names.map((name) => env[name] ?? '').filter((path) => path !== '');
  return paths.length > 0 && paths.every(isPlainFile) ? reread : undefined;
}

function rereading(env: Env, learn: Learn): WorkerConfig['reread'] {
  const names = Object.keys(env).filter((name) => isOurFile(name) && name !== 'GATEWAY_KEYS_FILE');
  return ofPlainFiles(env, names, () => {
    const fresh = readConfig(env, learn);
    return {
      orgs: fresh.orgs(),
      destinations: fresh.destinations(),
      databaseUrl: fresh.databaseUrl(),
      alerts: fresh.alerts(),
    };
  });
}

function readWorker(variables: Variables, parts: Parts, reread: WorkerConfig['reread']): WorkerConfig {
  const { get } = variables;
  get('NODE_TLS_REJECT_UNAUTHORIZED');
  const more = get('NODE_EXTRA_CA_CERTS');
  // Node says in a warning that it goes on without them.
  if (more !== undefined) readCertificates('NODE_EXTRA_CA_CERTS', more);
  const health = get('HEALTH_ADDRESS');
  const versioning = readVersioning(variables);
  const metrics = readMetrics(variables);
  return {
    orgs: parts.orgs(),
    destinations: parts.destinations(),
    alerts: parts.alerts(),
    databaseUrl: parts.databaseUrl(),
    databaseConnections: parts.databaseConnections(),
    datasets: parts.datasets(),
    reread,
    taskQueue: parts.taskQueue(),
    shutdownGraceMs: get('WORKER_SHUTDOWN_GRACE'),
    maxActivities: get('WORKER_ACTIVITIES'),
    maxTransfers: get('WORKER_TRANSFERS'),
    maxCachedWorkflows: get('WORKER_CACHED_WORKFLOWS'),
    stickyTimeoutMs: get('WORKER_STICKY_TIMEOUT'),
    ...(health !== undefined && { health }),
    ...(versioning !== undefined && { versioning }),
    ...(metrics !== undefined && { metrics }),
  };
}

function readGateway(
  variables: Variables,
  parts: Parts,
  options: { readonly keyless: boolean; readonly reread: GatewayConfig['rereadDatabaseUrl'] },
): GatewayConfig {
  const listen = readListening(variables, options);
  const metrics = variables.get('METRICS_ADDRESS');
  const org = parts.defaultOrg();
  return {
    listen,
    temporal: parts.temporal(),
    databaseUrl: parts.databaseUrl(),
    databaseConnections: parts.databaseConnections(),
    datasets: parts.datasets(),
    taskQueue: parts.taskQueue(),
    rereadDatabaseUrl: options.reread,
    lateAfterMs: parts.alertRules().lateAfterMs,
    ...(metrics !== undefined && { metrics }),
    ...(org !== undefined && { org }),
  };
}

/** These two are as other programs have them: an empty `FORCE_COLOR` is set. */
function coloursOf({ FORCE_COLOR: forced, NO_COLOR: refused = '' }: Env): Colours {
  if (forced !== undefined) return ['0', 'false'].includes(forced) ? 'never' : 'always';
  return refused === '' ? 'auto' : 'never';
}

function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: read() }).value;
}
