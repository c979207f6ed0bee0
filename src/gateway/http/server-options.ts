import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { LogController, type FastifyBaseLogger, type FastifyHttpOptions, type RawServerDefault } from 'fastify';
import { GatewayProblem, PROBLEM_MEDIA_TYPE, problemDocument } from './problem.js';
import { WAIT_MOST_SECONDS } from './http.js';

/** What one client may take of the server before it has been answered. Milliseconds and bytes. */
export interface ServerLimits {
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** Until the headers have arrived. */
  readonly headersMs: number;
  /** Until the whole request has arrived. */
  readonly requestMs: number;
  /** How often it is looked for requests that take longer. */
  readonly checkMs: number;
  /** Of a connection on which nothing moves: longer than the longest wait. */
  readonly idleMs: number;
  /** Between two requests on one connection. */
  readonly keepAliveMs: number;
  readonly connections: number;
}

export const SERVER_LIMITS: ServerLimits = {
  bodyBytes: 64 * 1024,
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  requestMs: 20_000,
  checkMs: 2_000,
  idleMs: (WAIT_MOST_SECONDS + 15) * 1_000,
  keepAliveMs: 10_000,
  connections: 1_000,
};

/** A workflow id has 1,000 bytes at most, and each may be written as three characters. */
const PARAMETER_MOST = 3_000;

export function serverOptions(limits: ServerLimits, log: FastifyBaseLogger): FastifyHttpOptions<RawServerDefault> {
  return {
    loggerInstance: log,
    // One line a request is enough: see `createGateway`.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.idleMs,
    keepAliveTimeout: limits.keepAliveMs,
    // What is on a connection that was open already is answered; new ones find nobody.
    return503OnClosing: false,
    routerOptions: { maxParamLength: PARAMETER_MOST },
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: limits.checkMs,
    },
    clientErrorHandler: refuseUnreadable,
  };
}

const STATUS_LINES = {
  RequestTimedOut: '408 Request Timeout',
  HeadersTooLarge: '431 Request Header Fields Too Large',
  InvalidRequest: '400 Bad Request',
} as const;

const DETAILS = {
  RequestTimedOut: 'send the whole request at once',
  HeadersTooLarge: 'send fewer or shorter headers',
  InvalidRequest: 'this is not an HTTP request',
} as const;

/** What did not even become a request: Node knows only the connection. */
function refuseUnreadable(error: Error & { readonly code: string }, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) {
    const type = typeOf(error.code);
    const body = JSON.stringify(problemDocument(new GatewayProblem(type, DETAILS[type]), randomUUID()));
    const headers = [
      `HTTP/1.1 ${STATUS_LINES[type]}`,
      'connection: close',
      `content-type: ${PROBLEM_MEDIA_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
    ];
    socket.write(`${headers.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroy(error);
}

function typeOf(code: string): keyof typeof STATUS_LINES {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'RequestTimedOut';
  return code === 'HPE_HEADER_OVERFLOW' ? 'HeadersTooLarge' : 'InvalidRequest';
}
