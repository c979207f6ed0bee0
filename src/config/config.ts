/** The only reader of the environment. Parsed once; a bad value names its variable. A command reads only what it needs. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Catalogue } from '../ports/index.js';
import { TASK_QUEUE } from '../contract/names.js';
import { parseDuration } from '../contract/duration.js';
import { defaultBaseUrl, isDnsLabel, parseBaseUrl } from '../sources/http/base-url.js';
import { readDatasets, type DatasetConfig } from './datasets.js';
import { readDestinations, type Destination } from './destinations.js';
import { checked, ConfigError, read, readNamedFile, required, type Env } from './environment.js';
import { packageRoot } from './places.js';

export { ConfigError, read, type Env } from './environment.js';
export { homeOf, packageVersion } from './places.js';

export interface SourceConfig {
  readonly org: string;
  readonly baseUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly ca?: string;
  readonly catalogue: Catalogue;
  /** How long an organisation is left alone after five failures in a row (502, 503, 504, broken exchanges). */
  readonly circuitOpenMs: number;
}

export interface WorkerConfig {
  readonly source: SourceConfig;
  readonly destinations: Readonly<Record<string, Destination>>;
  readonly databaseUrl: string;
  readonly datasets: DatasetConfig;
  readonly taskQueue: string;
  readonly logLevel: string;
  readonly shutdownGraceMs: number;
  readonly maxCachedWorkflows: number;
  /** How long a workflow task waits for the worker that has the run cached, before any other may take it. */
  readonly stickyTimeoutMs: number;
}

export const LOG_LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error'];

export function readWorkerConfig(env: Env): WorkerConfig {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    throw new ConfigError(
      'NODE_TLS_REJECT_UNAUTHORIZED',
      'is 0, which trusts any server: unset it, and use CXONE_CA_FILE for your own CA',
    );
  }
  return {
    source: readSource(env),
    destinations: readDestinations(env),
    databaseUrl: required(
      env,
      'DATABASE_URL',
      'set the Postgres of the records, or use `npm run dev`, which includes one',
    ),
    datasets: readDatasets(env),
    taskQueue: taskQueueOf(env),
    logLevel: choice(env, 'LOG_LEVEL', LOG_LEVELS, 'info'),
    shutdownGraceMs: duration(env, 'WORKER_SHUTDOWN_GRACE', '10 s'),
    maxCachedWorkflows: count(env, 'WORKER_CACHED_WORKFLOWS', 500),
    stickyTimeoutMs: duration(env, 'WORKER_STICKY_TIMEOUT', '10 s'),
  };
}

export function readSource(env: Env): SourceConfig {
  const org = required(env, 'CXONE_ORG_ID', 'set the CXone organisation: the first label of its host');
  if (!isDnsLabel(org))
    throw new ConfigError('CXONE_ORG_ID', 'must be one DNS label: lower-case letters, digits and "-"');
  const base = read(env, 'CXONE_BASE_URL');
  const caFile = read(env, 'CXONE_CA_FILE');
  return {
    org,
    baseUrl: base === undefined ? defaultBaseUrl(org) : checked('CXONE_BASE_URL', () => parseBaseUrl(base)),
    clientId: required(env, 'CXONE_CLIENT_ID', 'an OAuth client with reporting:analytics:read and journeys:read'),
    clientSecret: required(env, 'CXONE_CLIENT_SECRET', 'the secret of CXONE_CLIENT_ID, or CXONE_CLIENT_SECRET_FILE'),
    ...(caFile !== undefined && { ca: readNamedFile('CXONE_CA_FILE', caFile) }),
    catalogue: readCatalogue(env),
    circuitOpenMs: duration(env, 'CXONE_CIRCUIT_OPEN', '60 s'),
  };
}

const names = z.array(z.string().min(1)).min(1);
const catalogueSchema = z.strictObject({ reportTypes: names, metrics: names, dimensions: names });

function readCatalogue(env: Env): Catalogue {
  const path = read(env, 'CXONE_CATALOGUE') ?? join(packageRoot(), 'catalogue.json');
  return checked('CXONE_CATALOGUE', () => catalogueSchema.parse(JSON.parse(readNamedFile('CXONE_CATALOGUE', path))));
}

export function taskQueueOf(env: Env): string {
  return read(env, 'TASK_QUEUE') ?? TASK_QUEUE;
}

function duration(env: Env, name: string, fallback: string): number {
  const ms = parseDuration(read(env, name) ?? fallback);
  if (ms === undefined) throw new ConfigError(name, 'must be a duration like "30 s"');
  return ms;
}

function count(env: Env, name: string, fallback: number): number {
  const value = Number(read(env, name) ?? fallback);
  if (!Number.isInteger(value) || value < 1) throw new ConfigError(name, 'must be a whole number greater than 0');
  return value;
}

/** One of a few words. */
export function choice(env: Env, name: string, choices: readonly string[], fallback: string): string {
  const value = read(env, name) ?? fallback;
  if (!choices.includes(value)) throw new ConfigError(name, `must be one of ${choices.join(', ')}`);
  return value;
}
