import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { StackError } from '../errors.js';

const LOOPBACK = '127.0.0.1';

/**
 * Whether a server may take this port of 127.0.0.1. Connecting comes first: on macOS a bind succeeds beside
 * somebody's server on 0.0.0.0 and would take its callers away.
 */
export async function isPortFree(port: number): Promise<boolean> {
  return !(await answers(port)) && (await tryListen(port)) !== null;
}

/** The first free one of the wished-for ports, else any free one. Another process may still be quicker. */
export async function choosePort(wishes: readonly (number | undefined)[]): Promise<number> {
  for (const wish of wishes) {
    if (wish !== undefined && (await isPortFree(wish))) return wish;
  }
  const port = await tryListen(0);
  if (port === null) throw new Error('The system has no free port on 127.0.0.1.');
  return port;
}

/** Without a loopback interface servers start and nobody reaches them. @throws StackError `unsupported` */
export async function requireLoopback(): Promise<void> {
  const server = createServer();
  const socket = connect({ host: LOOPBACK, port: await listening(server) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(LOOPBACK_MS) });
  } catch (error) {
    throw noLoopback(error);
  } finally {
    socket.destroy();
    server.close();
  }
}

const LOOPBACK_MS = 5_000;

async function listening(server: Server): Promise<number> {
  try {
    await once(server.listen({ host: LOOPBACK, port: 0 }), 'listening');
  } catch (error) {
    throw noLoopback(error);
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function noLoopback(cause: unknown): StackError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reason given';
  const message = `Programs on this machine cannot reach each other on ${LOOPBACK} (${code}); bring the loopback interface up, for example with \`ip link set lo up\`, then start again.`;
  return new StackError('unsupported', message, { cause });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOOPBACK, port });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => {
      settle(true);
    });
    socket.once('connect', () => {
      settle(true);
    });
    socket.once('error', () => {
      settle(false);
    });
  });
}

function tryListen(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(null);
    });
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : null);
      });
    });
  });
}
