/**
 * The gateway: wiring only. SIGTERM and Ctrl-C let it answer what is under way, and stop it. `--keyless` is for
 * `npm run dev`: whoever is on this machine may come in. Exit codes: 0 stopped, 1 something it needs is away, 2 configuration.
 */
import type { Logger } from 'pino';
import { learnSecrets } from './config/learn-secrets.js';
import { createJourneyMetricsClient } from './client.js';
import { packageVersion } from './config/config.js';
import { DEFAULT_DESTINATION } from './config/destinations.js';
import { readGatewayConfig, type GatewayConfig } from './config/gateway.js';
import { runUrls } from './config/run-urls.js';
import { readTemporal, type TemporalConfig } from './config/temporal.js';
import { unlessAborted } from './async/unless-aborted.js';
import { createDatasetStore } from './datasets/store/dataset-store.js';
import { openBlobStore } from './datasets/blobs/open-dataset-url.js';
import { rowReader } from './datasets/read/read-rows.js';
import { createRowFigures } from './datasets/transform/row-figures.js';
import { exitCodeOf, sentenceOf } from './config/failure-sentence.js';
import { createGateway } from './gateway/app.js';
import type { Gateway } from './gateway/parts.js';
import { bearerAuthentication, keylessAuthentication } from './gateway/access/authentication.js';
import { openKeyFile } from './keys/key-file.js';
import { listenOn } from './gateway/http/listen.js';
import type { Authenticate } from './gateway/access/principal.js';
import { boundedConnection } from './gateway/http/temporal-calls.js';
import { createLogger, createScrubber } from './observability/log.js';
import { openRecords, type Records } from './records/open-records.js';
import { reportPages } from './report/report-pages.js';

const START_DEADLINE_MS = 150_000;
/** What is not answered by then is broken off: rows that are still being read, most of all. */
const DRAIN_MS = 10_000;

const { env, argv } = process;
const scrubber = createScrubber();
learnSecrets(env, scrubber);
// A parent that keeps this gateway has gone: stop, or an orphan would hold its port.
if (process.connected) process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
const told = new Promise((resolve) => {
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
});

try {
  const config = readGatewayConfig(env, { keyless: argv.includes('--keyless') });
  const log = createLogger({
    level: config.logLevel,
    scrub: scrubber.scrub,
    write: (line) => process.stdout.write(line),
  });
  const gateway = await open(config, readTemporal(env), log);
  const url = await listenOn(gateway.app, config);
  log.info({ url }, 'gateway ready');
  process.send?.({ type: 'ready' });
  await told;
  await gateway.stop();
  log.info('gateway stopped');
} catch (error) {
  process.stderr.write(`journey-metrics gateway: ${scrubber.scrub(sentenceOf(error))}\n`);
  process.exitCode = exitCodeOf(error);
}
// A call to Temporal that was given up must not keep the process. Everything is written.
process.exit();

async function open(
  config: GatewayConfig,
  temporal: TemporalConfig,
  log: Logger,
): Promise<{ readonly app: Gateway; stop(): Promise<void> }> {
  const authenticate = await authenticationOf(config, log);
  const blobs = await openBlobStore(config.datasets.place);
  const records = await recordsOf(config, log);
  const client = createJourneyMetricsClient({
    connection: boundedConnection(temporal.connectionOptions, Date.now),
    namespace: temporal.namespace,
    taskQueue: config.taskQueue,
    requester: 'gateway',
    ...(config.org !== undefined && { org: config.org }),
  });
  const datasets = createDatasetStore(blobs);
  const app = createGateway({
    client,
    authenticate,
    log,
    idempotencyKeys: records.idempotencyKeys,
    audit: records.auditLog,
    rows: rowReader(datasets),
    pages: reportPages({
      records: records.report,
      rows: createRowFigures(datasets),
      runUrl: runUrls(env, temporal),
      now: Date.now,
    }),
    health: {
      temporal: (signal) => unlessAborted(client.list({ limit: 1 }), signal),
      database: (signal) => records.check(signal),
    },
    defaults: { org: config.org, destination: DEFAULT_DESTINATION },
    now: Date.now,
    version: packageVersion(),
    limits: { requestsPerKey: config.requestsPerMinute },
  });
  const stop = async (): Promise<void> => {
    await drain(app);
    await records.close();
    blobs.close();
  };
  return { app, stop };
}

function recordsOf({ databaseUrl: url }: GatewayConfig, log: Logger): Promise<Records> {
  const onConnectionLost = (sentence: string): void => {
    log.warn(sentence);
  };
  return openRecords({ url, now: Date.now, signal: AbortSignal.timeout(START_DEADLINE_MS), onConnectionLost });
}

async function drain(app: Gateway): Promise<void> {
  const late = setTimeout(() => {
    app.server.closeAllConnections();
  }, DRAIN_MS);
  await app.close();
  clearTimeout(late);
}

async function authenticationOf({ keysFile }: GatewayConfig, log: Logger): Promise<Authenticate> {
  if (keysFile !== undefined) return bearerAuthentication(await openKeyFile(keysFile, log));
  return keylessAuthentication;
}
