import type { ConnectionOptions } from '@temporalio/client';
import { createJourneyMetricsClient, type JourneyMetricsClient } from '../../client.js';
import type { TemporalConfig } from '../../config/temporal.js';

interface ClientParts {
  readonly temporal: TemporalConfig;
  readonly taskQueue: string;
  /** Organisation of requests that name none. */
  readonly org: string | undefined;
  /** Who asks: ends up in the audit entry. */
  readonly requester: string;
  /** In place of the options that the configuration gives. */
  readonly connection?: ConnectionOptions;
}

/** The product's own client, as a command and the gateway use it. Connects when it is first used. */
export function openClient({ temporal, taskQueue, org, requester, connection }: ClientParts): JourneyMetricsClient {
  return createJourneyMetricsClient({
    connection: connection ?? temporal.connectionOptions,
    namespace: temporal.namespace,
    taskQueue,
    requester,
    ...(org !== undefined && { org }),
  });
}
