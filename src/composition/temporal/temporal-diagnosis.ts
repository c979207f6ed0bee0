import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { apiKeyOf, placeOf, type TemporalConfig } from '../../config/temporal.js';
import { ConfigError } from '../../config/errors.js';
import { networkFailureOf } from '../../domain/network-failure.js';
import { PRODUCT } from '../../network/proxies.js';
import { openTunnel, ProxyFailure } from '../../network/tunnel.js';
import {
  clientCertificateFault,
  notTemporal,
  refusalOf,
  TemporalAway,
  tlsFault,
  tlsMismatch,
  usesTls,
} from './temporal-refusals.js';

const WITHIN_MS = 5_000;
const GET_SYSTEM_INFO = '/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo';
/** A message of gRPC without a field in it. */
const NOTHING = Buffer.alloc(5);
const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;

/** What answered a call by hand. */
interface Answer {
  readonly httpStatus: number;
  readonly grpcStatus: number | undefined;
}

/**
 * Why there is no connection to Temporal: gRPC's client does not say it. Asks once more by hand, step by
 * step. A `ConfigError` where what we are told is wrong, else {@link TemporalAway}.
 */
export async function diagnose(temporal: TemporalConfig): Promise<Error> {
  const { address } = temporal;
  try {
    return judge(await askByHand(temporal), temporal);
  } catch (error) {
    if (error instanceof ProxyFailure) return proxyFault(error, address);
    const { code = '' } = error as { readonly code?: string };
    const fault = usesTls(temporal) ? tlsFault(code, temporal) : undefined;
    if (fault !== undefined) return fault;
    const failure = networkFailureOf(error);
    if (failure?.kind === 'dns') {
      const remedy = 'correct TEMPORAL_ADDRESS, or fix the name service';
      return new TemporalAway(address, { why: `its name does not resolve (${failure.code})`, remedy });
    }
    if (failure !== undefined && ['refused', 'unreachable', 'timeout'].includes(failure.kind)) {
      return new TemporalAway(address);
    }
    return otherwise(temporal);
  }
}

function judge({ httpStatus, grpcStatus }: Answer, temporal: TemporalConfig): Error {
  if (httpStatus === 200) return refusalOf(grpcStatus, temporal) ?? new TemporalAway(temporal.address, SLOW);
  if (httpStatus === 401) return refusalOf(UNAUTHENTICATED, temporal) ?? notTemporal(temporal);
  if (httpStatus === 403) return refusalOf(PERMISSION_DENIED, temporal) ?? notTemporal(temporal);
  // So nginx says that it wants a client certificate, or another one.
  if (httpStatus === 400 && usesTls(temporal)) return clientCertificateFault(temporal);
  if (httpStatus < 500) return notTemporal(temporal);
  return new TemporalAway(temporal.address, { why: `a proxy before it answers ${httpStatus}`, remedy: 'look there' });
}

const SLOW = { why: 'it did not answer in time', remedy: 'look at its load and its log' };

function proxyFault({ variable, code, message }: ProxyFailure, address: string): Error {
  const login = code === 'PROXY_407';
  if (login) return new ConfigError(variable, `does not lead to Temporal at ${address}: ${message}`);
  return new TemporalAway(address, { why: message.split(': ')[0] ?? message, remedy: message.split(': ')[1] ?? '' });
}

/** Something is there, and it does not say what: perhaps it speaks TLS and we do not, or the other way round. */
async function otherwise(temporal: TemporalConfig): Promise<Error> {
  const { connectionOptions } = temporal;
  const other = { ...temporal, connectionOptions: { ...connectionOptions, tls: !usesTls(temporal) } };
  try {
    await askByHand(other, { rejectUnauthorized: false });
    return tlsMismatch(temporal);
  } catch (error) {
    const { code = '' } = error as { readonly code?: string };
    // An alert is TLS, whatever it complains of.
    return !usesTls(temporal) && code.includes('ALERT') ? tlsMismatch(temporal) : notTemporal(temporal);
  }
}

async function askByHand(temporal: TemporalConfig, more: ConnectionOptions = {}): Promise<Answer> {
  const signal = AbortSignal.timeout(WITHIN_MS);
  const plain = await openSocket(temporal, signal);
  try {
    const socket = usesTls(temporal) ? await secured(plain, temporal, more, signal) : plain;
    return await call(socket, temporal, signal);
  } finally {
    plain.destroy();
  }
}

async function openSocket({ address, proxy }: TemporalConfig, signal: AbortSignal): Promise<Socket> {
  const place = placeOf(address);
  if (proxy !== undefined) return openTunnel(proxy, place, PRODUCT);
  const host = place.hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connectTcp({ host, port: Number(place.port) });
  return settled(socket, 'connect', signal).then(() => socket);
}

async function secured(
  socket: Socket,
  { address, connectionOptions: { tls } }: TemporalConfig,
  more: ConnectionOptions,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const given = typeof tls === 'object' && tls !== null ? tls : {};
  const { serverRootCACertificate: ca, clientCertPair: pair, serverNameOverride } = given;
  const host = placeOf(address).hostname.replace(/^\[(.*)\]$/, '$1');
  const servername = serverNameOverride ?? (isIP(host) === 0 ? host : undefined);
  const secure = connectTls({
    socket,
    host: serverNameOverride ?? host,
    ALPNProtocols: ['h2'],
    ...(servername !== undefined && { servername }),
    ...(ca !== undefined && { ca: Buffer.from(ca) }),
    ...(pair !== undefined && { cert: Buffer.from(pair.crt), key: Buffer.from(pair.key) }),
    ...more,
  });
  await settled(secure, 'secureConnect', signal);
  return secure;
}

/** One call, as gRPC makes it. */
function call(socket: Socket, temporal: TemporalConfig, signal: AbortSignal): Promise<Answer> {
  const { hostname, port } = placeOf(temporal.address);
  const apiKey = apiKeyOf(temporal);
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(late());
    });
    const scheme = usesTls(temporal) ? 'https' : 'http';
    const session: ClientHttp2Session = connectHttp2(`${scheme}://${hostname}:${port}`, {
      createConnection: () => socket,
    });
    session.once('error', reject);
    session.once('close', () => {
      reject(closedEarly());
    });
    const stream = session.request({
      ':method': 'POST',
      ':path': GET_SYSTEM_INFO,
      'content-type': 'application/grpc',
      'user-agent': PRODUCT,
      te: 'trailers',
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
    });
    let answer: Answer = { httpStatus: 0, grpcStatus: undefined };
    const note = (headers: Readonly<Record<string, unknown>>): void => {
      const { ':status': status = answer.httpStatus, 'grpc-status': grpc } = headers;
      answer = { httpStatus: Number(status), grpcStatus: grpc === undefined ? answer.grpcStatus : Number(grpc) };
    };
    stream.on('response', note).on('trailers', note).once('error', reject).resume();
    stream.once('end', () => {
      if (answer.httpStatus > 0) resolve(answer);
      else reject(closedEarly());
      session.destroy();
    });
    stream.end(NOTHING);
  });
}

/** Resolves at an event, or rejects with what came before it. */
function settled(socket: Socket, event: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => {
      resolve();
    });
    // Also after it: an error that nobody hears ends the process.
    socket.on('error', reject);
    socket.once('close', () => {
      reject(closedEarly());
    });
    signal.addEventListener('abort', () => {
      reject(late());
      socket.destroy();
    });
  });
}

function closedEarly(): Error {
  return Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });
}

function late(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
}
