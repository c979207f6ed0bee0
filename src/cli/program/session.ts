import { hostname } from 'node:os';
import { userName } from '../../client/runs/start-workflow.js';
import { JourneyMetricsError, type JourneyMetricsClient } from '../../client.js';
import { openClient } from '../../composition/temporal/client.js';
import { connectTemporal, grpcCodeOf } from '../../composition/temporal/temporal-connection.js';
import { refusalOf, TemporalAway } from '../../composition/temporal/temporal-refusals.js';
import type { Config } from '../../config/config.js';
import type { RunUrl } from '../../config/dev-stack.js';
import type { TemporalConfig } from '../../config/temporal.js';
import type { Terminal } from '../terminal/terminal.js';
import { WaitStopped } from './waiting.js';

/** A command's connection to Temporal. */
export interface Session {
  readonly client: JourneyMetricsClient;
  /** The run in the Temporal UI; undefined where none is known. */
  readonly runUrl: RunUrl;
  /** Its page, where a gateway is known. */
  readonly pageUrl: (workflowId: string) => string | undefined;
}

const CONNECT_DEADLINE_MS = 5_000;
/** gRPC's code. */
const NOT_FOUND = 5;

/** Connects, works and closes. Says at once, and with the address, when Temporal is not there. */
export async function withSession<T>({ config }: Terminal, work: (session: Session) => Promise<T>): Promise<T> {
  const temporal = config.temporal();
  await requireTemporal(temporal);
  const client = openClient({
    temporal,
    taskQueue: config.taskQueue(),
    org: config.defaultOrg(),
    requester: requesterOf(config),
  });
  let idle = true;
  try {
    return await work({ client, runUrl: config.runUrl(), pageUrl: config.pageUrl() });
  } catch (error) {
    // The call that nobody waits for any more would throw, past everyone, out of a closed connection.
    idle = !(error instanceof Error && error.cause instanceof WaitStopped);
    throw named(error, temporal);
  } finally {
    if (idle) await client.close();
  }
}

/** Who starts or changes something, for the audit trail. */
export function requesterOf(config: Pick<Config, 'requester'>): string {
  return config.requester() ?? `${userName()}@${hostname()}`;
}

/** The client itself would try again for 20 s, and not say why. */
async function requireTemporal(temporal: TemporalConfig): Promise<void> {
  try {
    const connection = await connectTemporal(temporal, CONNECT_DEADLINE_MS, Date.now);
    await connection.close();
  } catch (error) {
    if (!(error instanceof TemporalAway)) throw error;
    throw error.isSilent ? unreachable(temporal) : new JourneyMetricsError('TemporalUnavailable', error.message);
  }
}

function named(error: unknown, temporal: TemporalConfig): unknown {
  if (error instanceof JourneyMetricsError) return error.type === 'TemporalUnavailable' ? unreachable(temporal) : error;
  const code = grpcCodeOf(error);
  // The namespace was there when we connected: what is not found now is something else.
  return code === NOT_FOUND ? error : (refusalOf(code, temporal) ?? error);
}

function unreachable({ address }: TemporalConfig): JourneyMetricsError {
  const remedy = 'start it (`npm run dev` includes one), or correct TEMPORAL_ADDRESS';
  return new JourneyMetricsError('TemporalUnavailable', `Temporal at ${address} does not answer: ${remedy}`);
}
