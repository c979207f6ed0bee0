import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { TestContext } from 'node:test';

export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a test server answers: a plain reply, or whatever is done to the response by hand. */
export type Reply =
  | { readonly status: number; readonly headers?: Record<string, string | string[]>; readonly body?: unknown }
  | ((response: ServerResponse) => void);

export interface Loopback {
  readonly url: URL;
  readonly received: Received[];
  /** TCP connections accepted so far. */
  readonly connections: () => number;
  /** Stops listening and breaks every connection. */
  readonly stop: () => Promise<void>;
}

/** A server on 127.0.0.1 with a port of its own, gone when the test ends. Texts and bytes are sent as they are, the rest as JSON. */
export async function listen(
  t: TestContext,
  answer: (request: Received) => Reply | Promise<Reply>,
  tls?: ServerOptions,
): Promise<Loopback> {
  const received: Received[] = [];
  let connections = 0;
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers } = message;
    const request = { method, path, headers, body: Buffer.concat(chunks) };
    received.push(request);
    send(response, await answer(request));
  };
  const onRequest = (message: IncomingMessage, response: ServerResponse): void => {
    handle(message, response).catch(() => message.destroy());
  };
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  t.after(stop);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  const url = new URL(`${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`);
  return { url, received, connections: () => connections, stop };
}

function send(response: ServerResponse, reply: Reply): void {
  if (typeof reply === 'function') {
    reply(response);
    return;
  }
  const { status, headers = {}, body } = reply;
  const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(raw ? body : JSON.stringify(body));
}

/** Sends what there is of an answer and breaks the connection. */
export function cutOff(status: number, headers: Record<string, string>, part: string): Reply {
  return (response) => {
    response.writeHead(status, headers);
    response.write(part, () => response.destroy());
  };
}
