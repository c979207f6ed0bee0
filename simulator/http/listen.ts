import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { InvalidSimulatorOption } from '../invalid-option.js';
import type { ArrivedRequest } from './reply.js';

interface ListenOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 0: any free one. */
  readonly port?: number | undefined;
  readonly maxBodyBytes: number;
}

interface ListeningServer {
  /** Origin, without a trailing slash. */
  readonly url: string;
  /** Closes every connection, also those in the middle of an answer. */
  stop(): Promise<void>;
}

/** Answers one request. The signal aborts when the server stops. */
type Handler = (request: ArrivedRequest, response: ServerResponse, signal: AbortSignal) => Promise<void>;

/** @throws InvalidSimulatorOption when the address cannot be had */
export async function listen(handler: Handler, options: ListenOptions): Promise<ListeningServer> {
  const { host = '127.0.0.1', port = 0, maxBodyBytes } = options;
  const stopping = new AbortController();
  const server = createServer((message, response) => {
    readRequest(message, maxBodyBytes)
      .then((request) => handler(request, response, stopping.signal))
      .catch((error: unknown) => {
        breakOff(response, error);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new InvalidSimulatorOption(
          `The simulator cannot listen on ${host}:${port} (${error.code ?? 'unknown'}); name another port.`,
        ),
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    stop: () =>
      new Promise((resolve) => {
        stopping.abort();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** A handler fails because the server stops, because the client is gone, or by a mistake in the simulator, which must not look like a fault. */
function breakOff(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({ error: 'SIMULATOR_BROKEN', message: error instanceof Error ? error.message : String(error) }),
  );
}

async function readRequest(message: IncomingMessage, maxBytes: number): Promise<ArrivedRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return {
    method: message.method ?? 'GET',
    url: new URL(message.url ?? '/', 'http://simulator.invalid'),
    headers: message.headers,
    body: bytes <= maxBytes ? Buffer.concat(chunks) : null,
  };
}
