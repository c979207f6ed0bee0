import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import type { RunningDev } from './dev-stack.js';
import type { Env, Variables } from './environment.js';
import { ConfigError } from './errors.js';
import { isTemporalAddress, MUST_BE_HOST_AND_PORT } from './variables/state.js';

export type TemporalConfig = ClientConnectConfig & { readonly namespace: string; readonly address: string };

/** Those of Temporal's names that the table has: for them a file may stand, which Temporal's own reader does not know. */
const IN_TABLE = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_API_KEY'] as const;
/** What its reader looks at: its own names, and where its profile file is. */
const OF_TEMPORAL = /^(TEMPORAL_.+|HOME|XDG_CONFIG_HOME|APPDATA)$/;

/** Temporal as the standard `TEMPORAL_*` names (or their profile file) say, else the one of a running `dev`. */
export function readTemporal(env: Env, variables: Variables, dev: () => RunningDev | undefined): TemporalConfig {
  const named = namedTemporal(env, variables);
  const { address, apiKey } = named.connectionOptions;
  // Also that of a profile file, which the table has not seen.
  if (address !== undefined && !isTemporalAddress(address)) {
    throw new ConfigError('TEMPORAL_ADDRESS', `must ${MUST_BE_HOST_AND_PORT}`);
  }
  if (typeof apiKey === 'string') variables.learn(apiKey);
  if (address !== undefined) return { ...named, namespace: named.namespace ?? 'default', address };
  const running = dev()?.temporal;
  if (!running)
    throw new ConfigError(
      'TEMPORAL_ADDRESS',
      'is not set, and `npm run dev` is not running with this JOURNEY_METRICS_HOME: start it, or set the variable',
    );
  const { namespace } = running;
  return { connectionOptions: { address: running.address }, namespace, address: running.address };
}

function namedTemporal(env: Env, variables: Variables): ClientConnectConfig {
  const theirs = Object.keys(env).filter((name) => OF_TEMPORAL.test(name));
  const found = theirs.map((name) => [name, env[name]] as const);
  const known = IN_TABLE.map((name) => [name, variables.get(name)] as const);
  const defined = [...found, ...known].filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  try {
    return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(defined) });
  } catch (error) {
    // The first line: a parser of profile files quotes them in those below, keys and all.
    const [reason] = error instanceof Error ? error.message.split('\n') : [];
    throw new ConfigError('TEMPORAL_*', `cannot be read: ${reason ?? 'unknown reason'}`);
  }
}
