import { isIP } from 'node:net';
import { choice, LOG_LEVELS, taskQueueOf } from './config.js';
import { readDatabaseUrl } from './database.js';
import { readDatasets, type DatasetConfig } from './datasets.js';
import { defaultOrg } from './default-org.js';
import { ConfigError, read, type Env } from './environment.js';

export interface GatewayConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absent: anyone who reaches the gateway may do everything. Only this machine can. */
  readonly keysFile?: string;
  /** That one key may send. */
  readonly requestsPerMinute: number;
  readonly databaseUrl: string;
  readonly datasets: DatasetConfig;
  readonly taskQueue: string;
  /** Organisation of requests that name none. */
  readonly org?: string;
  readonly logLevel: string;
}

/** @param keyless whether `npm run dev` asks: then a key file is not needed on loopback */
export function readGatewayConfig(env: Env, { keyless }: { readonly keyless: boolean }): GatewayConfig {
  const host = read(env, 'GATEWAY_HOST') ?? '127.0.0.1';
  const keysFile = read(env, 'GATEWAY_KEYS_FILE');
  if (keysFile === undefined) refuseKeyless(host, keyless);
  const org = defaultOrg(env);
  return {
    host,
    port: count(env, 'GATEWAY_PORT', { fallback: 8080, least: 0, most: 65_535 }),
    ...(keysFile !== undefined && { keysFile }),
    requestsPerMinute: count(env, 'GATEWAY_RATE', { fallback: 600, least: 1, most: 1_000_000 }),
    databaseUrl: readDatabaseUrl(env),
    datasets: readDatasets(env),
    taskQueue: taskQueueOf(env),
    ...(org !== undefined && { org }),
    logLevel: choice(env, 'LOG_LEVEL', LOG_LEVELS, 'info'),
  };
}

function refuseKeyless(host: string, keyless: boolean): void {
  const remedy = '`journey-metrics keys create` creates a key and its line in the file';
  if (!keyless) throw new ConfigError('GATEWAY_KEYS_FILE', `is not set, and the gateway needs keys: ${remedy}`);
  if (isLoopback(host)) return;
  throw new ConfigError('GATEWAY_KEYS_FILE', `is not set, but GATEWAY_HOST allows other machines: ${remedy}`);
}

/** A name could mean any machine tomorrow. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function count(
  env: Env,
  name: string,
  { fallback, least, most }: { readonly fallback: number; readonly least: number; readonly most: number },
): number {
  const text = read(env, name) ?? String(fallback);
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new ConfigError(name, `must be a whole number from ${least} to ${most}`);
}
