import { hostname } from 'node:os';
import { Connection } from '@temporalio/client';
import { userName } from '../../client/runs/start-workflow.js';
import { createJourneyMetricsClient, JourneyMetricsError, type JourneyMetricsClient } from '../../client.js';
import { taskQueueOf } from '../../config/config.js';
import { defaultOrg } from '../../config/default-org.js';
import { read, type Env } from '../../config/environment.js';
import { runUrls } from '../../config/run-urls.js';
import { readTemporal, type TemporalConfig } from '../../config/temporal.js';
import type { Terminal } from '../terminal/terminal.js';
import { WaitStopped } from './waiting.js';

export { defaultOrg } from '../../config/default-org.js';

/** A command's connection to Temporal. */
export interface Session {
  readonly client: JourneyMetricsClient;
  /** The run in the Temporal UI; undefined where none is known. */
  readonly runUrl: (workflowId: string, runId: string) => string | undefined;
}

const CONNECT_DEADLINE_MS = 5_000;

/** Connects, works and closes. Says at once, and with the address, when Temporal is not there. */
export async function withSession<T>({ env }: Terminal, work: (session: Session) => Promise<T>): Promise<T> {
  const temporal = readTemporal(env);
  await requireTemporal(temporal);
  const org = defaultOrg(env);
  const client = createJourneyMetricsClient({
    connection: temporal.connectionOptions,
    namespace: temporal.namespace,
    taskQueue: taskQueueOf(env),
    ...(org !== undefined && { org }),
    requester: requesterOf(env),
  });
  let idle = true;
  try {
    return await work({ client, runUrl: runUrls(env, temporal) });
  } catch (error) {
    // The call that nobody waits for any more would throw, past everyone, out of a closed connection.
    idle = !(error instanceof Error && error.cause instanceof WaitStopped);
    throw named(error, temporal);
  } finally {
    if (idle) await client.close();
  }
}

/** The client itself would try again for 20 s. */
async function requireTemporal(temporal: TemporalConfig): Promise<void> {
  try {
    const options = { ...temporal.connectionOptions, connectTimeout: CONNECT_DEADLINE_MS };
    const connection = await Connection.connect(options);
    await connection.close();
  } catch {
    throw unreachable(temporal);
  }
}

function named(error: unknown, temporal: TemporalConfig): unknown {
  return error instanceof JourneyMetricsError && error.type === 'TemporalUnavailable' ? unreachable(temporal) : error;
}

function unreachable({ address }: TemporalConfig): JourneyMetricsError {
  const remedy = 'start it (`npm run dev` includes one), or correct TEMPORAL_ADDRESS';
  return new JourneyMetricsError('TemporalUnavailable', `Temporal at ${address} does not answer: ${remedy}`);
}

/** Who asks: ends up in the audit entry. */
function requesterOf(env: Env): string {
  return read(env, 'JOURNEY_METRICS_REQUESTER') ?? `${userName()}@${hostname()}`;
}
