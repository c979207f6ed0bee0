import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes whatever is delivered, and keeps nothing of it: the simulator's receiver would hold every row in memory. */
export interface CountingReceiver {
  readonly url: string;
  readonly parts: number;
  readonly rows: number;
  stop(): Promise<void>;
}

export async function startCountingReceiver(): Promise<CountingReceiver> {
  let [parts, rows] = [0, 0];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { metrics } = JSON.parse(Buffer.concat(chunks).toString()) as { metrics: readonly unknown[] };
      parts += 1;
      rows += metrics.length;
      response.writeHead(204).end();
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
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
