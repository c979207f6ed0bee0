import { once } from 'node:events';
import { createServer } from 'node:http';
import { ConfigError } from '../../config/errors.js';
import type { ListenAddress } from '../../config/kinds.js';
import type { RequestMetrics } from './request-metrics.js';

/**
 * Answers `GET /metrics` on a port of its own: who scrapes needs no key, and who has a key does not see it.
 * @throws ConfigError where nothing can listen there
 */
export async function serveMetrics(
  { host, port }: ListenAddress,
  metrics: Pick<RequestMetrics, 'render'>,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (request.method !== 'GET' || path !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.render().then(
      ({ type, text }) => response.writeHead(200, { 'content-type': type }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new ConfigError('METRICS_ADDRESS', `cannot be listened on (${code}): name a free port of this machine`);
  }
  server.unref();
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
