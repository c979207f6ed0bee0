import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, isGrpcServiceError, ServiceError } from '@temporalio/client';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { ConfigError } from '../../config/errors.js';
import { apiKeyOf, type TemporalConfig } from '../../config/temporal.js';
import { diagnose } from './temporal-diagnosis.js';
import { refusalOf } from './temporal-refusals.js';

/** A connection is there by then, or it is worth asking why not: gRPC's client would try on for the whole deadline. */
const ASK_WHY_AFTER_MS = 1_000;

/**
 * Connects, and asks for the namespace. Rejects with a `ConfigError` where what we are told is wrong (key, authority,
 * certificate, TLS, namespace), with `TemporalAway` where Temporal or the way to it is away.
 */
export async function connectTemporal(
  temporal: TemporalConfig,
  withinMs: number,
  now: () => number,
): Promise<Connection> {
  const connection = Connection.lazy({ ...temporal.connectionOptions, connectTimeout: withinMs });
  const over = new AbortController();
  const misconfigured = untilMisconfigured(temporal, over.signal);
  misconfigured.catch(() => undefined);
  try {
    await Promise.race([connection.ensureConnected(), misconfigured]);
    await requireNamespace(connection, temporal, now() + withinMs);
    return connection;
  } catch (error) {
    await connection.close();
    if (error instanceof ConfigError) throw error;
    throw refusalOf(grpcCodeOf(error), temporal) ?? (await diagnose(temporal));
  } finally {
    over.abort();
  }
}

/** Rejects when there is no connection because of what we are told. What is away may come: it is waited for. */
async function untilMisconfigured(temporal: TemporalConfig, signal: AbortSignal): Promise<never> {
  await sleep(ASK_WHY_AFTER_MS, undefined, { signal });
  const found = await diagnose(temporal);
  if (found instanceof ConfigError) throw found;
  return new Promise<never>(() => undefined);
}

/** Rejects only where it is certain that no call will go better: other answers are left to the calls themselves. */
async function requireNamespace(connection: Connection, temporal: TemporalConfig, deadlineMs: number): Promise<void> {
  const { namespace } = temporal;
  try {
    await connection.withDeadline(deadlineMs, () => connection.workflowService.describeNamespace({ namespace }));
  } catch (error) {
    if (refusalOf(grpcCodeOf(error), temporal) !== undefined) throw error;
  }
}

/** The gRPC code in an error of Temporal's client. */
export function grpcCodeOf(error: unknown): number | undefined {
  const answer = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(answer) ? answer.code : undefined;
}

/** The same way for the worker's own client, which is another one. */
export function nativeOptionsOf(temporal: TemporalConfig): NativeConnectionOptions {
  const { address, proxy } = temporal;
  const { channelArgs: _, apiKey: __, ...others } = temporal.connectionOptions;
  const apiKey = apiKeyOf(temporal);
  const options = { ...others, ...(apiKey !== undefined && { apiKey }) };
  if (proxy === undefined) return { ...options, address };
  const [username = '', password = ''] = loginOf(proxy.authorization);
  return {
    ...options,
    address,
    proxy: {
      type: 'http-connect',
      targetHost: `${proxy.url.hostname}:${proxy.url.port === '' ? '80' : proxy.url.port}`,
      ...(username !== '' && { basicAuth: { username, password } }),
    },
  };
}

function loginOf(authorization = ''): readonly string[] {
  const login = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
  return login.split(/:(.*)/s);
}
