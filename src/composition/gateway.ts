import type { Logger } from 'pino';
import { unlessAborted } from '../async/abort.js';
import { DEFAULT_DESTINATION } from '../config/destinations/destinations.js';
import type { RunUrl } from '../config/dev-stack.js';
import type { GatewayConfig } from '../config/gateway.js';
import { rowReader } from '../datasets/read/read-rows.js';
import { createRowFigures } from '../datasets/transform/row-figures.js';
import { bearerAuthentication, keylessAuthentication } from '../gateway/access/authentication.js';
import type { Authenticate } from '../gateway/access/principal.js';
import { createGateway } from '../gateway/app.js';
import { listenOn } from '../gateway/http/listen.js';
import { boundedConnection } from '../gateway/http/temporal-calls.js';
import { requestMetrics } from '../gateway/metrics/request-metrics.js';
import { serveMetrics } from '../gateway/metrics/serve-metrics.js';
import type { Gateway } from '../gateway/parts.js';
import { openKeyFile } from '../keys/key-file.js';
import { openRecords, type Records } from '../records/open-records.js';
import { explainer } from '../report/explain/explain-series.js';
import { reportPages } from '../report/report-pages.js';
import type { TemporalConfig } from '../config/temporal.js';
import { openClient } from './temporal/client.js';
import { connectTemporal, grpcCodeOf } from './temporal/temporal-connection.js';
import { refusalOf, TemporalAway } from './temporal/temporal-refusals.js';
import { followFiles, OTHER_DATABASE } from './follow-files.js';
import { openDatasets } from './stores.js';

export interface GatewayWorld {
  readonly log: Logger;
  readonly runUrl: RunUrl;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly version: string;
}

export interface OpenGateway {
  /** @returns the URL that it listens on */
  listen(): Promise<string>;
  /** Answers what is under way, takes nothing new, and closes every connection. */
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 150_000;
const TEMPORAL_WITHIN_MS = 5_000;
/** What is not answered by then is broken off: rows that are still being read, most of all. */
const DRAIN_MS = 10_000;

/** Puts client, records, rows and reports into the gateway; connects to Postgres and brings its schema up to date. */
export async function openGateway(config: GatewayConfig, world: GatewayWorld): Promise<OpenGateway> {
  const { temporal, taskQueue, org, listen } = config;
  const { log, runUrl, now, version } = world;
  const authenticate = await authenticationBy(listen.keysFile, log);
  await lookForTemporal(temporal, world);
  const { datasets, close } = await openDatasets(config.datasets.place);
  const records = await recordsOf(config, world);
  const connection = boundedConnection(temporal.connectionOptions, now);
  const client = openClient({ temporal, taskQueue, org, requester: 'gateway', connection });
  const metrics = config.metrics && (await openMetrics(config.metrics));
  const app = createGateway({
    client,
    authenticate,
    log,
    ...(metrics && { watch: metrics.watch }),
    idempotencyKeys: records.idempotencyKeys,
    audit: records.auditLog,
    rows: rowReader(datasets),
    coverage: records.coverage,
    lateAfterMs: config.lateAfterMs,
    runPages: records.runPages,
    destinations: records.destinations,
    explain: explainer({ records: records.explanations, datasets }),
    organisations: records.gateState,
    pages: reportPages({ records: records.report, rows: createRowFigures(datasets), runUrl, now }),
    health: {
      temporal: (signal) => unlessAborted(client.list({ limit: 1 }), signal).catch(refusedBy(temporal, log)),
      database: (signal) => records.check(signal),
    },
    defaults: { org, destination: DEFAULT_DESTINATION },
    now,
    version,
    limits: { requestsPerKey: listen.requestsPerMinute },
  });
  return {
    listen: () => listenOn(app, listen),
    async stop() {
      await drain(app);
      metrics?.close();
      await records.close();
      close();
    },
  };
}

/** The records, at the address that its file says now. */
async function recordsOf(config: GatewayConfig, { log, now }: GatewayWorld): Promise<Records> {
  const { databaseUrl: url, databaseConnections: connections, rereadDatabaseUrl: reread } = config;
  const records = await openRecords({
    ...{ url, connections, now },
    signal: AbortSignal.timeout(START_DEADLINE_MS),
    onConnectionLost: (sentence) => {
      log.warn(sentence);
    },
  });
  const stopFollowing = followFiles({
    what: 'the address of the database',
    ...{ first: url, reread, log },
    textOf: (each) => each,
    facts: () => ({}),
    onChange: (to) => {
      if (!records.follow(to)) log.error(OTHER_DATABASE);
    },
  });
  return {
    ...records,
    close() {
      stopFollowing();
      return records.close();
    },
  };
}

async function openMetrics(address: NonNullable<GatewayConfig['metrics']>) {
  const metrics = requestMetrics();
  const { close } = await serveMetrics(address, metrics);
  return { watch: metrics.watch, close };
}

/** A key may be taken from a gateway that runs. It stays, since a key in a file may come; the reason is logged once. */
function refusedBy(temporal: TemporalConfig, log: Logger): (error: unknown) => never {
  let said = '';
  return (error) => {
    const refusal = refusalOf(grpcCodeOf(error), temporal);
    if (refusal !== undefined && refusal.message !== said) log.error(refusal.message);
    said = refusal?.message ?? '';
    throw refusal ?? error;
  };
}

/** A gateway serves what it can without Temporal. What it is told wrongly gets no better by waiting. */
async function lookForTemporal(temporal: TemporalConfig, { log, now }: GatewayWorld): Promise<void> {
  try {
    const connection = await connectTemporal(temporal, TEMPORAL_WITHIN_MS, now);
    await connection.close();
  } catch (error) {
    if (!(error instanceof TemporalAway)) throw error;
    log.warn(error.message);
  }
}

async function drain(app: Gateway): Promise<void> {
  const late = setTimeout(() => {
    app.server.closeAllConnections();
  }, DRAIN_MS);
  await app.close();
  clearTimeout(late);
}

async function authenticationBy(keysFile: string | undefined, log: Logger): Promise<Authenticate> {
  return keysFile === undefined ? keylessAuthentication : bearerAuthentication(await openKeyFile(keysFile, log));
}
