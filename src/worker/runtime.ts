import { lookup } from 'node:dns/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { DefaultLogger, Runtime, type RuntimeOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { ConfigError } from '../config/errors.js';
import type { ListenAddress } from '../config/kinds.js';
import type { MetricsExport } from '../config/metrics.js';
import { METRICS } from '../contract/metrics.js';

type MetricsOptions = NonNullable<NonNullable<RuntimeOptions['telemetryOptions']>['metrics']>;

/**
 * Starts the SDK's native part, which logs and exports metrics.
 * @returns errors that the SDK has logged since: it keeps the reason of a failed worker to itself
 * @throws ConfigError where nothing can listen at METRICS_ADDRESS
 */
export async function installRuntime(log: Logger, metrics: MetricsExport | undefined): Promise<readonly unknown[]> {
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  const failures: unknown[] = [];
  const exporter = metrics && (await exporterOf(metrics));
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      if (message === 'Worker failed') failures.push(meta?.['error']);
      log[levels[level]](meta ?? {}, message);
    }),
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(exporter && { metrics: exporter }),
    },
  });
  return failures;
}

async function exporterOf(metrics: MetricsExport): Promise<MetricsOptions> {
  const usual = { useSecondsForDurations: true, histogramBucketOverrides: bucketsByName() };
  if (metrics.to === 'prometheus') {
    const bindAddress = await freeAddress(metrics.address);
    return {
      attachServiceName: false,
      prometheus: { bindAddress, countersTotalSuffix: true, unitSuffix: true, ...usual },
    };
  }
  const { url, http, headers } = metrics;
  return { otel: { url, http, headers: { ...headers }, metricsExportInterval: '15 s', ...usual } };
}

function bucketsByName(): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(METRICS).flatMap(([name, metric]) => ('buckets' in metric ? [[name, [...metric.buckets]]] : [])),
  );
}

/** The native part takes an address alone, and where it cannot listen says so in words of its own. */
async function freeAddress({ host, port }: ListenAddress): Promise<string> {
  try {
    const { address, family } = await lookup(host);
    const server = createServer();
    server.listen(port, address);
    await once(server, 'listening');
    await new Promise((done) => server.close(done));
    return family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new ConfigError('METRICS_ADDRESS', `cannot be listened on (${code}): name a free port of this machine`);
  }
}
