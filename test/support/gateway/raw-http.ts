import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire, as far as it came. */
export interface RawAnswer {
  /** Undefined when the server closed without a word. */
  readonly status: number | undefined;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface RawConnection {
  readonly socket: Socket;
  /** Sends bytes as they are; a server that has hung up does not matter. */
  readonly send: (bytes: string | Uint8Array) => void;
  /** Everything that came until the server closed. Rejects when it does not close in time. */
  readonly closed: (deadlineMs: number) => Promise<string>;
}

/** A connection to a server on loopback that is told nothing but what the test sends. */
export async function rawConnection(port: number): Promise<RawConnection> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => (received += text));
  socket.on('error', () => undefined);
  const gone = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    async closed(deadlineMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new Error(`the server kept the connection open; it said ${JSON.stringify(received.slice(0, 200))}`));
        }, deadlineMs);
      });
      try {
        await Promise.race([gone, late]);
        return received;
      } finally {
        clearTimeout(timer);
        socket.destroy();
      }
    },
  };
}

/** Sends bytes on a connection of their own; resolves with all that came back once the server has closed. */
export async function rawExchange(port: number, bytes: string | Uint8Array, deadlineMs: number): Promise<string> {
  const connection = await rawConnection(port);
  connection.send(bytes);
  return connection.closed(deadlineMs);
}

/** The answers in what came over one connection, by their status lines: each begins right where the one before ends. */
export function statusesIn(received: string): readonly number[] {
  return [...received.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status));
}

/** The one answer in what came. */
export function answerIn(received: string): RawAnswer {
  const [head = '', ...rest] = received.split('\r\n\r\n');
  const [status] = statusesIn(head);
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status, headers, text: rest.join('\r\n\r\n') };
}
