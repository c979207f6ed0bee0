import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import type { Place } from '../network/no-proxy.js';
import type { ProxyServer } from '../network/proxies.js';
import { requireCertificates } from './files/certificates.js';
import type { RunningDev } from './dev-stack.js';
import { isPlainFile, type Env, type Variables } from './environment.js';
import { ConfigError } from './errors.js';
import { readNetwork } from './network.js';
import { isTemporalAddress, MUST_BE_HOST_AND_PORT } from './variables/state.js';

export interface TemporalConfig {
  readonly connectionOptions: Omit<ClientConnectConfig['connectionOptions'], 'apiKey'> & {
    /** A function where it stands in a file, which may change. */
    readonly apiKey?: string | (() => string);
    /** Of gRPC in Node alone; the worker's own client does not know them. */
    readonly channelArgs?: Readonly<Record<string, string | number>>;
  };
  readonly namespace: string;
  readonly address: string;
  /** It is reached through this proxy; `connectionOptions` know of it already. */
  readonly proxy?: ProxyServer;
}

const CA = 'TEMPORAL_TLS_SERVER_CA_CERT_PATH';
const CERT = 'TEMPORAL_TLS_CLIENT_CERT_PATH';
const KEY = 'TEMPORAL_TLS_CLIENT_KEY_PATH';
const USUAL_PORT = '7233';
/** What fits into a header. */
const KEY_TEXT = /^[!-~]+$/;

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
  if (typeof apiKey === 'string') checkKey(apiKey, variables);
  checkTls(env, named.connectionOptions.tls);
  const namespace = named.namespace ?? 'default';
  if (address !== undefined)
    return onItsWay(
      { connectionOptions: withFreshKey(named.connectionOptions, env, variables), namespace, address },
      variables,
    );
  const running = dev()?.temporal;
  if (!running)
    throw new ConfigError(
      'TEMPORAL_ADDRESS',
      'is not set, and `npm run dev` is not running with this JOURNEY_METRICS_HOME: start it, or set the variable',
    );
  const { address: place } = running;
  return onItsWay({ connectionOptions: { address: place }, namespace: running.namespace, address: place }, variables);
}

function checkKey(apiKey: string, { learn }: Variables): void {
  learn(apiKey);
  if (apiKey !== '' && !KEY_TEXT.test(apiKey)) {
    throw new ConfigError('TEMPORAL_API_KEY', 'is not a key: give one word, without blanks or line breaks inside');
  }
}

/** A key that stands in a plain file is read again at each call, so that a rotated one is taken up by what runs. */
function withFreshKey(
  options: TemporalConfig['connectionOptions'],
  env: Env,
  { learn }: Variables,
): TemporalConfig['connectionOptions'] {
  const { TEMPORAL_API_KEY: itself = '', TEMPORAL_API_KEY_FILE: path = '' } = env;
  const { apiKey: first } = options;
  if (typeof first !== 'string' || itself !== '' || path === '' || !isPlainFile(path)) return options;
  let key = first;
  const apiKey = (): string => {
    const next = keyIn(path);
    if (next !== undefined && next !== key) learn((key = next));
    return key;
  };
  return { ...options, apiKey };
}

/** Undefined where the file has no key at the moment, as while it is being written. */
function keyIn(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return KEY_TEXT.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** The key as it is now. */
export function apiKeyOf({ connectionOptions: { apiKey } }: TemporalConfig): string | undefined {
  const key = typeof apiKey === 'function' ? apiKey() : apiKey;
  return key === '' ? undefined : key;
}

/** Host and port of a `TEMPORAL_ADDRESS`. Its protocol is https in the eyes of proxies: what matters is that it is tunnelled. */
export function placeOf(address: string): Place {
  const bare = address.replace(/^dns:\/{0,3}/, '');
  const [, hostname = bare, port = USUAL_PORT] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(bare) ?? [];
  return { hostname, port, protocol: 'https:' };
}

/**
 * Fixes whether there is a proxy on the way to Temporal. By itself its client would read `https_proxy` and `no_proxy`, in
 * small letters only, would use them for this machine, too, and would know fewer forms of exceptions.
 */
function onItsWay(temporal: TemporalConfig, variables: Variables): TemporalConfig {
  const { address, connectionOptions } = temporal;
  const proxy = readNetwork(variables).proxies.for(placeOf(address));
  const bySelf = { ...connectionOptions.channelArgs, 'grpc.enable_http_proxy': 0 };
  if (proxy === undefined) return { ...temporal, connectionOptions: { ...connectionOptions, channelArgs: bySelf } };
  if (proxy.url.protocol !== 'https:') return { ...temporal, proxy, connectionOptions: through(proxy, temporal) };
  const instead = 'name one that is spoken to in plain http, or name its host in NO_PROXY';
  throw new ConfigError(proxy.variable, `is an https proxy, which Temporal's client cannot use: ${instead}`);
}

/** gRPC's own names for a tunnel: the proxy is what it connects to, and the place is what it asks the proxy for. */
function through(proxy: ProxyServer, { address, connectionOptions }: TemporalConfig) {
  const { hostname, port } = placeOf(address);
  const creds = proxy.authorization?.replace('Basic ', '');
  return {
    ...connectionOptions,
    address: `${proxy.url.hostname}:${proxy.url.port === '' ? '80' : proxy.url.port}`,
    channelArgs: {
      ...connectionOptions.channelArgs,
      'grpc.enable_http_proxy': 0,
      'grpc.http_connect_target': `dns:${hostname}:${port}`,
      'grpc.default_authority': `${hostname}:${port}`,
      ...(creds !== undefined && { 'grpc.http_connect_creds': Buffer.from(creds, 'base64').toString() }),
    },
  };
}

/** What TLS would say later in words of its own, or not at all: it takes a file without a certificate, and trusts nobody. */
function checkTls(env: Env, tls: ClientConnectConfig['connectionOptions']['tls']): void {
  const isSet = (name: string): boolean =>
    [name, name.replace(/PATH$/, 'DATA')].some((each) => (env[each] ?? '') !== '');
  if (isSet(CERT) !== isSet(KEY)) {
    const [set, missing] = isSet(CERT) ? [CERT, KEY] : [KEY, CERT];
    throw new ConfigError(missing, `is not set, and ${set} is nothing without it`);
  }
  if (typeof tls !== 'object' || tls === null) return;
  const { serverRootCACertificate: ca, clientCertPair: pair } = tls;
  if (ca !== undefined) requireCertificates(CA, Buffer.from(ca).toString());
  if (pair === undefined) return;
  requireCertificates(CERT, Buffer.from(pair.crt).toString());
  try {
    createSecureContext({ cert: Buffer.from(pair.crt), key: Buffer.from(pair.key) });
  } catch {
    throw new ConfigError(
      KEY,
      `names a file without the key of the certificate in ${CERT}: give the two that belong together`,
    );
  }
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
