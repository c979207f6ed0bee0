import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Fault } from '../faults/fault.js';
import type { Reply } from './reply.js';

const BLANKS = Buffer.alloc(2 ** 20, ' ');

/**
 * Sends the answer, spoilt on its way as the fault says; null: closes the connection instead.
 * Ends early when the client goes away; rejects with an `AbortError` when the server stops.
 */
export async function transmit(
  response: ServerResponse,
  reply: Reply | null,
  fault: Fault | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (reply === null) {
    if (fault?.kind === 'drop' && fault.reset) response.socket?.resetAndDestroy();
    else response.socket?.destroy();
    return;
  }
  const body = encode(reply);
  const send = (bytes: Buffer, length = bytes.length): void => {
    response.writeHead(reply.status, { ...headersOf(reply), 'content-length': length }).end(bytes);
  };
  switch (fault?.kind) {
    case 'slow':
      await delay(fault.delayMs, undefined, { signal });
      send(body);
      return;
    case 'drip':
      response.writeHead(reply.status, { ...headersOf(reply), 'content-length': body.length });
      await drip(response, body, fault, signal);
      return;
    case 'truncated':
      response.writeHead(reply.status, { ...headersOf(reply), 'content-length': body.length });
      response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy());
      return;
    case 'wrong-length':
      send(body, body.length + fault.by);
      return;
    case 'cut-json':
      send(body.subarray(0, body.length / 2));
      return;
    case 'gzip-bomb':
      response.writeHead(reply.status, { ...headersOf(reply), 'content-encoding': 'gzip' });
      await flood(response, gzipSync(body), gzipSync(BLANKS), fault.bytes / BLANKS.length);
      return;
    case 'oversized':
      response.writeHead(reply.status, headersOf(reply));
      await flood(response, body, BLANKS, fault.bytes / BLANKS.length);
      return;
    default:
      send(body);
  }
}

function encode({ body }: Reply): Buffer {
  return Buffer.from(typeof body === 'object' ? JSON.stringify(body) : (body ?? ''));
}

function headersOf({ body, headers }: Reply): Record<string, string | string[]> {
  const type = typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json';
  return { ...(body !== undefined && { 'content-type': type }), ...headers };
}

async function drip(
  response: ServerResponse,
  body: Buffer,
  { bytes, everyMs }: { bytes: number; everyMs: number },
  signal: AbortSignal,
): Promise<void> {
  for (let at = 0; at < body.length && !response.closed; at += bytes) {
    if (at > 0) await delay(everyMs, undefined, { signal });
    response.write(body.subarray(at, at + bytes));
  }
  response.end();
}

/** `times` may be a fraction; it is rounded up, so that the flood is never smaller than asked for. */
async function flood(response: ServerResponse, first: Buffer, chunk: Buffer, times: number): Promise<void> {
  response.write(first);
  for (let sent = 0; sent < times && !response.closed; sent += 1) {
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}
