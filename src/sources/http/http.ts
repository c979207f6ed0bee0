import type { Dispatcher } from 'undici';
import type { Ambient } from '../../ports/index.js';
import { unlessAborted } from '../../async/abort.js';
import type { PageMemory } from '../../async/page-memory.js';
import { networkFailureOf, type NetworkFailure } from '../../domain/network-failure.js';
import { parseRetryAfter } from '../../domain/retry-after.js';
import { createHttpSender, NotConnected, type HttpSender } from '../../network/http-sender.js';
import type { Network } from '../../network/proxies.js';
import { ProxyFailure } from '../../network/tunnel.js';
import { readAtMost, readStated, statedBytes, withoutMark } from './body.js';
import { CxoneError, malformed, type Operation } from './errors.js';
import { isCompressed, single, statedIn } from './headers.js';

export interface HttpRequest {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Until the head of the answer is there, and between two pieces of its body. */
  readonly headDeadlineMs: number;
  /** For everything, from the first byte sent to the last one read. */
  readonly deadlineMs: number;
  /** Of a 200; of other answers only a short reason is ever read. */
  readonly bodyCapBytes: number;
  /** Of the reason in any other answer; 16 KiB unless given. */
  readonly reasonCapBytes?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly location?: string;
  readonly retryAfterMs?: number;
  /** What CXone's Reporting API says in a header of its own where others use the body. */
  readonly statusDescription?: string;
  /** `Link`, as one text. */
  readonly link?: string;
  /** Rows of the whole result, as `X-Total-Count` or `Content-Range` states them. */
  readonly statedRows?: number;
  /** Whole for a 200; for other answers empty or no more than the cap of reasons. Without a byte order mark. */
  readonly body: Uint8Array;
  /** Of a 202: its body did not arrive whole. */
  readonly bodyBroken?: true;
}

/** A request for a body of any size, which is read while it comes. */
type StreamRequest = Omit<HttpRequest, 'bodyCapBytes' | 'reasonCapBytes' | 'body'>;

interface HttpStream {
  readonly status: number;
  readonly retryAfterMs?: number;
  /** Of a 200; of others empty. Throws a {@link CxoneError} where it breaks off. Not to read it all closes it. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Http {
  /** Sends once, follows nothing. Any complete answer is a value; the rest is a {@link CxoneError}. */
  exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** The same, without keeping the body. The deadline holds until its end. */
  stream(request: StreamRequest, signal: AbortSignal): Promise<HttpStream>;
  /** Ends whatever is under way. */
  close(): Promise<void>;
}

const REASON_CAP_BYTES = 16 * 1024;
const EMPTY = new Uint8Array();
const TIMEOUT: NetworkFailure = { kind: 'timeout', code: 'deadline' };

export interface HttpOptions {
  /** PEM; the only authorities trusted, in place of the built-in ones. */
  readonly ca?: string;
  readonly network?: Network;
  readonly ambient: Ambient;
  /** Room for the bodies of pages; without it there is no bound. */
  readonly memory?: PageMemory | undefined;
}

/** An answer that there was no room for: it was broken off, and may be asked for again. */
type NoRoom = Readonly<Record<'wantedBytes', number>>;

export function createHttp({ ca, network, ambient, memory }: HttpOptions): Http {
  const sender = createHttpSender({ ca, network });
  const send = async (request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer | NoRoom> => {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(request.deadlineMs);
    try {
      return await sendOnce({ sender, ambient, memory }, request, AbortSignal.any([signal, deadline]));
    } catch (error) {
      signal.throwIfAborted();
      throw failureOf(error, request.operation, deadline.aborted);
    }
  };
  return {
    async exchange(request, signal) {
      memory?.leave();
      let answer = await send(request, signal);
      while ('wantedBytes' in answer) {
        await memory?.wait(answer.wantedBytes, signal);
        answer = await send(request, signal);
      }
      return answer;
    },
    async stream(request, signal) {
      signal.throwIfAborted();
      const deadline = AbortSignal.timeout(request.deadlineMs);
      const failed = (error: unknown): unknown => {
        signal.throwIfAborted();
        return failureOf(error, request.operation, deadline.aborted);
      };
      try {
        const response = await respond(sender, request, AbortSignal.any([signal, deadline]));
        return await streamIn(response, request.operation, { ambient, failed });
      } catch (error) {
        throw failed(error);
      }
    },
    close: () => sender.close(),
  };
}

function respond(
  sender: HttpSender,
  request: StreamRequest & Pick<HttpRequest, 'body'>,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  const sent = sender.send(request.url, {
    method: request.method,
    headers: { accept: 'application/json', 'accept-encoding': 'identity', ...request.headers },
    body: request.body ?? null,
    headersTimeout: request.headDeadlineMs,
    bodyTimeout: request.headDeadlineMs,
    signal,
  });
  return unlessAborted(sent, signal);
}

interface Means {
  readonly sender: HttpSender;
  readonly ambient: Ambient;
  readonly memory: PageMemory | undefined;
}

async function sendOnce(
  { sender, ambient, memory }: Means,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer | NoRoom> {
  const response = await respond(sender, request, signal);
  const { statusCode: status, headers } = response;
  const bytes = statedBytes(single(headers['content-length'])) ?? request.bodyCapBytes;
  const isAsked = request.method === 'GET';
  const isPage = status === 200 && (isAsked || request.operation === 'page') && bytes <= request.bodyCapBytes;
  if (isPage && memory?.enter(bytes) === false) {
    // What was made for us is not made once more for want of room: it waits, unread, on its connection.
    if (!isAsked) await memory.wait(bytes, signal);
    else {
      response.body.on('error', () => undefined).destroy();
      return { wantedBytes: bytes };
    }
  }
  const body = await readBody(response, request);
  if (isPage) memory?.shrink(body?.byteLength ?? 0);
  const retryAfterMs = parseRetryAfter(single(headers['retry-after']), ambient.now());
  const location = single(headers['location']);
  const statusDescription = single(headers['icstatusdescription']);
  return {
    status,
    body: body === undefined ? EMPTY : withoutMark(body),
    ...(body === undefined && { bodyBroken: true }),
    ...statedIn(headers),
    ...(location === undefined ? {} : { location }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(statusDescription === undefined ? {} : { statusDescription }),
  };
}

async function streamIn(
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  operation: Operation,
  { ambient, failed }: { readonly ambient: Ambient; readonly failed: (error: unknown) => unknown },
): Promise<HttpStream> {
  const retryAfterMs = parseRetryAfter(single(headers['retry-after']), ambient.now());
  const isRead = status === 200 && !isCompressed(headers);
  if (!isRead) await body.dump({ limit: REASON_CAP_BYTES });
  if (!isRead && status === 200) throw compressed(operation);
  return { status, body: pieces(isRead ? body : [], failed), ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

async function* pieces(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  failed: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw failed(error);
  }
}

function compressed(operation: Operation): CxoneError {
  return malformed(operation, 'is compressed, although no compression was requested', { status: 200 });
}

/** Undefined for what did not arrive whole, and need not. */
async function readBody(response: Dispatcher.ResponseData, request: HttpRequest): Promise<Uint8Array | undefined> {
  const { statusCode: status, headers, body } = response;
  const { operation, bodyCapBytes, reasonCapBytes = REASON_CAP_BYTES } = request;
  if (isCompressed(headers)) {
    await body.dump({ limit: reasonCapBytes });
    if (status === 200) throw compressed(operation);
    return undefined;
  }
  // A 202 says what matters in its head: a body that breaks off must not lose the query.
  if (status === 202) return readAtMost(body, reasonCapBytes).catch(() => undefined);
  const stated = statedBytes(single(headers['content-length']));
  if (status === 200 && stated !== undefined && stated <= bodyCapBytes) return readStated(body, stated);
  const kept = await readAtMost(body, status === 200 ? bodyCapBytes : reasonCapBytes);
  if (status === 200 && kept === undefined) throw tooLarge(operation, bodyCapBytes);
  return kept ?? EMPTY;
}

function tooLarge(operation: Operation, capBytes: number): CxoneError {
  const message = `The source's answer to ${operation} is larger than ${capBytes} bytes; lower query.limit.`;
  return new CxoneError('ResponseTooLarge', message, { operation, status: 200, facts: { capBytes } });
}

function failureOf(error: unknown, operation: Operation, timedOut: boolean): unknown {
  if (error instanceof CxoneError) return error;
  const failure = timedOut ? TIMEOUT : (connectFailureOf(error) ?? networkFailureOf(error));
  if (failure === undefined) return error;
  const { kind, code } = failure;
  if (kind === 'proxy') return behindProxy(error, operation);
  const effect = operation === 'submit' && !(error instanceof NotConnected) ? 'unknown' : 'none';
  const message = `The source gave no complete answer to ${operation} (${kind}: ${code}); check the network to it.`;
  // Without the error as its cause: undici's carry pieces of what was received.
  return new CxoneError('UpstreamUnavailable', message, { operation, code: kind, effect });
}

/** Nothing was sent: the sentence of the proxy names the variable. */
function behindProxy(error: unknown, operation: Operation): CxoneError {
  const said = error instanceof NotConnected && error.cause instanceof ProxyFailure ? error.cause.message : 'failed';
  const message = `The source cannot be reached: ${said}.`;
  return new CxoneError('UpstreamUnavailable', message, { operation, code: 'proxy', effect: 'none' });
}

function connectFailureOf(error: unknown): NetworkFailure | undefined {
  if (!(error instanceof NotConnected)) return undefined;
  return networkFailureOf(error.cause) ?? { kind: 'unreachable', code: 'no connection' };
}
