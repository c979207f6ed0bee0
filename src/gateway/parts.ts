import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { JourneyMetricsClient } from '../client.js';
import type {
  AuditReader,
  CoverageRecords,
  DestinationStates,
  GateReader,
  RowReader,
  RunPages,
} from '../ports/index.js';
import type { Explain } from '../report/explain/explain-series.js';
import type { OpenPlaces } from './access/limits.js';
import type { Health, Pages } from './ports.js';
import type { Starting } from './runs/start-once.js';

export type Gateway = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

/** What the routes need. */
export interface GatewayParts extends Starting {
  readonly client: Pick<JourneyMetricsClient, 'start' | 'run' | 'list' | 'startRedelivery'>;
  readonly audit: AuditReader;
  readonly rows: RowReader;
  readonly coverage: CoverageRecords;
  /** From the moment at which a window is due to the one at which it is late. */
  readonly lateAfterMs: number;
  readonly explain: Explain;
  readonly runPages: RunPages;
  readonly destinations: DestinationStates;
  readonly organisations: GateReader;
  readonly pages: Pages;
  readonly health: Health;
  /** For answers that are held back or streamed. */
  readonly places: OpenPlaces;
  /** Aborts when the gateway begins to stop: what waits is answered at once, what streams progress ends. */
  readonly stopping: AbortSignal;
}
