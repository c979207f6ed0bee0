import { createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** One attempt to open a TCP connection, whether or not somebody answered. */
export interface Attempt {
  readonly address: string;
  readonly port: number;
}

export interface ConnectionWatch {
  /** Every attempt of this process so far, by whatever library; of Node's, that is: Temporal's native part is not seen. */
  attempts(): readonly Attempt[];
  stop(): void;
}

/** Sees what is attempted, and not only what arrives: a SYN to another network must not pass for silence. */
export function watchConnections(): ConnectionWatch {
  const seen: Partial<Attempt>[] = [];
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === 'TCPCONNECTWRAP') seen.push(resource);
    },
  });
  hook.enable();
  return {
    // Where to is filled in after the request was made. One that lacks it must count, and as nobody we know.
    attempts: () => seen.map(({ address = 'unknown', port = 0 }) => ({ address, port })),
    stop: () => hook.disable(),
  };
}

/** Listens on loopback, IPv6 too where the machine has it, and counts who comes. It never answers. */
export interface Canary {
  readonly port: number;
  /** TCP connections accepted so far. */
  accepted(): number;
  stop(): Promise<void>;
}

export async function startCanary(): Promise<Canary> {
  let accepted = 0;
  const open = async (host: string, port: number): Promise<Server> => {
    const server = createServer((socket) => {
      accepted += 1;
      socket.on('error', () => undefined).destroy();
    });
    server.listen(port, host);
    await once(server, 'listening');
    return server;
  };
  const first = await open('127.0.0.1', 0);
  const { port } = first.address() as AddressInfo; // A string only for a pipe.
  const second = await open('::1', port).catch(() => undefined);
  return {
    port,
    accepted: () => accepted,
    async stop() {
      for (const server of [first, second]) {
        if (!server) continue;
        server.close();
        await once(server, 'close');
      }
    },
  };
}
