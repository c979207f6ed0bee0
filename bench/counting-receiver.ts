import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes whatever is delivered, and keeps nothing of it: the simulator's receiver would hold every row in memory. */
export interface CountingReceiver {
  readonly url: string;
  readonly parts: number;
  readonly rows: number;
  /** From the first request that arrived to the last answer. */
  readonly wallMs: number;
  stop(): Promise<void>;
}

/** @param latencyMs how long it keeps every request waiting, as a receiver far away does. */
export async function startCountingReceiver(latencyMs = 0): Promise<CountingReceiver> {
  let [parts, rows, first, last] = [0, 0, 0, 0];
  const server = createServer((request, response) => {
    first ||= performance.now();
    const answer = (): void => {
      last = performance.now();
      response.writeHead(204).end();
    };
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { metrics } = JSON.parse(Buffer.concat(chunks).toString()) as { metrics: readonly unknown[] };
      parts += 1;
      rows += metrics.length;
      if (latencyMs === 0) answer();
      else setTimeout(answer, latencyMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    get parts() {
      return parts;
    },
    get rows() {
      return rows;
    },
    get wallMs() {
      return last - first;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
