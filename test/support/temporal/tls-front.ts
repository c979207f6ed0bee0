import { once } from 'node:events';
import {
  connect,
  constants,
  createSecureServer,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { selfSigned } from '../tls/self-signed.js';

/** A front of Temporal as Temporal Cloud is: TLS, a key, and no operator's service. */
export interface TlsFront {
  readonly address: string;
  /** PEM of its own authority. */
  readonly ca: string;
  /** From now on these are the only keys that are taken. Connections stay. */
  take(...keys: readonly string[]): void;
  /** Paths of the calls that came. */
  readonly calls: readonly string[];
}

export interface FrontOptions {
  readonly key?: string;
  /** PEM: clients must have a certificate of this authority. */
  readonly clientCa?: string;
  /** Answer of the operator's service: `denied` as on Cloud. */
  readonly operator?: 'denied' | 'unimplemented' | 'open';
}

const CODES = { denied: 7, unimplemented: 12 } as const;
const UNAUTHENTICATED = 16;

/** @param target host and port of a Temporal that speaks plain text */
export async function startTlsFront(t: TestContext, target: string, options: FrontOptions = {}): Promise<TlsFront> {
  const { operator = 'denied', clientCa } = options;
  const { cert, key } = selfSigned();
  const asking = clientCa === undefined ? {} : { requestCert: true, rejectUnauthorized: true, ca: clientCa };
  const server = createSecureServer({ cert, key, ...asking });
  const behind = connect(`http://${target}`);
  behind.on('error', () => undefined);
  const sessions = new Set<ServerHttp2Session>();
  const calls: string[] = [];
  let taken: readonly string[] | undefined = options.key === undefined ? undefined : [options.key];
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined).once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    const path = headers[':path'] ?? '';
    calls.push(path);
    stream.on('error', () => undefined);
    if (taken?.some((each) => headers.authorization === `Bearer ${each}`) === false) refuse(stream, UNAUTHENTICATED);
    else if (operator !== 'open' && path.includes('.OperatorService/')) refuse(stream, CODES[operator]);
    else pass(stream, headers, behind);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const session of sessions) session.destroy();
    behind.destroy();
    server.close();
  });
  return {
    address: `localhost:${(server.address() as AddressInfo).port}`,
    ca: cert,
    calls,
    take(...keys) {
      taken = keys;
    },
  };
}

function refuse(stream: ServerHttp2Stream, code: number): void {
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(code), 'grpc-message': 'no' },
    { endStream: true },
  );
}

function pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, behind: ClientHttp2Session): void {
  const { authorization: _, ...kept } = headers;
  const onward = behind.request(kept);
  let trailers: IncomingHttpHeaders = {};
  onward.on('error', () => {
    stream.destroy();
  });
  onward.on('response', (answer, flags) => {
    if (stream.destroyed) return;
    const isLast = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(answer, { waitForTrailers: !isLast, endStream: isLast });
    if (!isLast) onward.pipe(stream);
  });
  onward.on('trailers', (sent: IncomingHttpHeaders) => {
    trailers = sent;
  });
  stream.on('wantTrailers', () => {
    stream.sendTrailers(trailers);
  });
  stream.once('close', () => {
    onward.close(constants.NGHTTP2_CANCEL);
  });
  stream.pipe(onward);
}
