import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** One request that a proxy got. */
export interface Entry {
  /** `CONNECT host:port`, or `POST http://host/path`. */
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
}

export interface JournalProxy {
  readonly url: URL;
  readonly journal: readonly Entry[];
}

export interface JournalProxyOptions {
  /** `user:password` that it wants. */
  readonly login?: string;
  /** Refuses everything with this status. */
  readonly refuses?: number;
}

/** An HTTP proxy that notes what it is asked for, and takes every name for one server. @param target where all names lead */
export async function startJournalProxy(
  t: TestContext,
  target: { readonly port: string },
  { login, refuses }: JournalProxyOptions = {},
): Promise<JournalProxy> {
  const journal: Entry[] = [];
  const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  const sockets = new Set<Socket>();
  const refusalOf = ({ headers }: IncomingMessage): number | undefined =>
    refuses ?? (wanted !== undefined && headers['proxy-authorization'] !== wanted ? 407 : undefined);
  const note = ({ method = '', url = '', headers }: IncomingMessage): void => {
    journal.push({ line: `${method} ${url}`, headers });
  };
  const server = createServer((message, response) => {
    note(message);
    const status = refusalOf(message);
    if (status === undefined) forward(message, response, target.port);
    else response.writeHead(status).end();
  });
  server.on('connect', (message: IncomingMessage, client: Socket) => {
    note(message);
    const status = refusalOf(message);
    if (status === undefined) tunnel(client, target.port);
    else client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), journal };
}

function tunnel(client: Socket, port: string): void {
  const onward = connect(Number(port), '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.pipe(onward).pipe(client);
  });
  onward.on('error', () => client.destroy());
  client.once('close', () => onward.destroy());
}

function forward(message: IncomingMessage, response: ServerResponse, port: string): void {
  const { pathname, search } = new URL(message.url ?? '');
  const { 'proxy-authorization': _, ...headers } = message.headers;
  const options = { host: '127.0.0.1', port, method: message.method, path: pathname + search, headers };
  const onward = request(options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  message.pipe(onward);
}
