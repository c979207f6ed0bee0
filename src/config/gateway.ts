import { isIP } from 'node:net';
import type { DatasetConfig } from './datasets.js';
import type { Variables } from './environment.js';
import { ConfigError } from './errors.js';
import type { ListenAddress } from './kinds.js';
import type { TemporalConfig } from './temporal.js';

export interface GatewayConfig {
  readonly listen: ListenConfig;
  readonly temporal: TemporalConfig;
  readonly databaseUrl: string;
  /** Reads the file again that says it; undefined where none does. Throws `ConfigError`. */
  readonly rereadDatabaseUrl: (() => string) | undefined;
  readonly databaseConnections: number;
  readonly datasets: DatasetConfig;
  readonly taskQueue: string;
  /** From the moment at which a window is due to the one at which pages call it late: as in alerts. */
  readonly lateAfterMs: number;
  readonly metrics?: ListenAddress;
  /** Organisation of requests that name none. */
  readonly org?: string;
}

/** How the gateway is reached, and who may come in. */
export interface ListenConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absent: every program that reaches the gateway may do everything. Only this machine can. */
  readonly keysFile?: string;
  /** That one key may send. */
  readonly requestsPerMinute: number;
}

/** @param keyless whether `npm run dev` asks: then a key file is not needed on loopback */
export function readListening({ get }: Variables, { keyless }: { readonly keyless: boolean }): ListenConfig {
  const host = get('GATEWAY_HOST');
  const keysFile = get('GATEWAY_KEYS_FILE');
  if (keysFile === undefined) refuseKeyless(host, keyless);
  return {
    host,
    port: get('GATEWAY_PORT'),
    ...(keysFile !== undefined && { keysFile }),
    requestsPerMinute: get('GATEWAY_RATE'),
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
