import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { choosePort } from '../../../stack/home/ports.js';

/** A door in front of a server, on a port of its own, that can be shut and opened while clients know the address. */
export interface Front {
  readonly port: number;
  /** From now on connections are refused; those that were open are gone when it resolves, on the client's side too. */
  refuse(): Promise<void>;
  /** Takes connections again. */
  open(): Promise<void>;
  /** Ends every connection, as `refuse` does; new ones are taken. */
  drop(): Promise<void>;
  /** Of TLS: what new connections are spoken to with; drops the others. */
  speak(version: 'TLSv1.1' | 'TLSv1.3'): Promise<void>;
  /** The next time that a client sends something that matches, the connection is reset before the answer is passed on. */
  breakAfter(pattern: RegExp): void;
  stop(): Promise<void>;
}

/** A pattern that is waited for; undefined once it was seen. */
interface Watch {
  pattern: RegExp | undefined;
}

/** @param tls certificate and key, where clients speak TLS to it; the server behind it never does */
export async function startFront(target: URL, tls?: { cert: string; key: string }): Promise<Front> {
  const sockets = new Set<Socket>();
  const watch: Watch = { pattern: undefined };
  const take = (client: Socket): void => {
    sockets.add(client);
    client.once('close', () => sockets.delete(client));
    pass(client, target, watch);
  };
  const create = (options: TlsOptions): Server =>
    tls === undefined ? createServer({ allowHalfOpen: true }, take) : createTlsServer(options, take);
  // TLS 1.1 is below what OpenSSL still offers by default.
  const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

  const port = await choosePort([]);
  let server = await listening(create({ ...tls }), port);
  const drop = async (): Promise<void> => {
    await Promise.all([...sockets].map(leave));
  };
  const refuse = async (): Promise<void> => {
    server.close();
    await drop();
  };
  const reopen = async (options: TlsOptions): Promise<void> => {
    server = await listening(create(options), port);
  };
  return {
    port,
    refuse,
    drop,
    open: () => reopen({ ...tls }),
    async speak(version) {
      await refuse();
      await reopen(version === 'TLSv1.1' ? { ...tls, ...old } : { ...tls });
    },
    breakAfter(pattern) {
      watch.pattern = pattern;
    },
    stop: refuse,
  };
}

async function listening(server: Server, port: number): Promise<Server> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Says goodbye and waits until the client has said so as well: then it will not use this connection once more. */
async function leave(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  const closed = once(socket, 'close');
  socket.end();
  await closed;
}

function pass(client: Socket, target: URL, watch: Watch): void {
  const behind = connect(Number(target.port), target.hostname);
  let broken = false;
  client.on('error', () => behind.destroy());
  behind.on('error', () => client.destroy());
  client.on('data', (chunk: Buffer) => {
    if (watch.pattern?.test(chunk.toString('latin1')) === true) {
      watch.pattern = undefined;
      broken = true;
    }
    behind.write(chunk);
  });
  behind.on('data', (chunk: Buffer) => {
    if (broken) client.resetAndDestroy();
    else if (client.writable) client.write(chunk);
  });
  client.on('end', () => {
    behind.end();
    client.end();
  });
  behind.on('end', () => client.end());
  client.on('close', () => behind.destroy());
}
