import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { ConfigError, type Env } from './environment.js';
import { findRunningDev } from './running-dev.js';

export type TemporalConfig = ClientConnectConfig & { readonly namespace: string; readonly address: string };

/** Temporal as the standard `TEMPORAL_*` names (or their profile file) say, else the one of a running `dev`. */
export function readTemporal(env: Env): TemporalConfig {
  const named = namedTemporal(env);
  const { address } = named.connectionOptions;
  if (address !== undefined) return { ...named, namespace: named.namespace ?? 'default', address };
  const dev = findRunningDev(env)?.temporal;
  if (!dev)
    throw new ConfigError(
      'TEMPORAL_ADDRESS',
      'is not set, and `npm run dev` is not running with this JOURNEY_METRICS_HOME: start it, or set the variable',
    );
  const { namespace } = dev;
  return { connectionOptions: { address: dev.address }, namespace, address: dev.address };
}

function namedTemporal(env: Env): ClientConnectConfig {
  const defined = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  try {
    return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(defined) });
  } catch (error) {
    throw new ConfigError('TEMPORAL_*', `cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
}
