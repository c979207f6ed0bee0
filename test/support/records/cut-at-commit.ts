import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** A way to the server that breaks off once, at the first COMMIT: before it arrives, or before its answer does. */
export async function cutAtCommit(t: TestContext, url: string, arrives: boolean): Promise<string> {
  const { hostname, port } = new URL(url);
  let cut = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let committing = false;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (data) => {
      if (!cut && data.includes('COMMIT\0')) {
        cut = true;
        committing = true;
        if (!arrives) {
          end();
          return;
        }
      }
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (committing) end();
      else client.write(data);
    });
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return through.href;
}
