import { request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP, isIPv6, type Socket } from 'node:net';
import { portOf, type Place } from './no-proxy.js';
import type { ProxyServer } from './proxies.js';

const CONNECT_WITHIN_MS = 10_000;
const LOGIN = 'write it as http://user:password@host:port';
const EXCEPT = 'allow it there, or name the host in NO_PROXY';

/** A proxy did not let a request through. Its message is a sentence that is safe to show: it names the variable only. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure';

  constructor(
    readonly variable: string,
    /** `PROXY_407`, or `PROXY_ECONNREFUSED`. */
    readonly code: string,
    sentence: string,
  ) {
    super(`the proxy in ${variable} ${sentence}`);
  }
}

/** A connection to a place through a proxy, by CONNECT. Rejects with a {@link ProxyFailure}. */
export function openTunnel(proxy: ProxyServer, place: Place, userAgent: string): Promise<Socket> {
  const host = isIPv6(place.hostname) ? `[${place.hostname}]` : place.hostname;
  const target = `${host}:${portOf(place)}`;
  const headers = {
    host: target,
    'user-agent': userAgent,
    ...(proxy.authorization !== undefined && { 'proxy-authorization': proxy.authorization }),
  };
  return new Promise((resolve, reject) => {
    const asking = ask(proxy.url, { target, headers });
    asking.once('connect', ({ statusCode = 0 }: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.setTimeout(0);
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(refusedBy(proxy, statusCode));
    });
    // A server that knows no CONNECT answers as to any other request.
    asking.once('response', ({ statusCode = 0, socket }: IncomingMessage) => {
      socket.destroy();
      reject(refusedBy(proxy, statusCode));
    });
    asking.once('timeout', () => asking.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })));
    asking.once('error', (error) => {
      reject(unreachable(proxy, error));
    });
    asking.end();
  });
}

/** The proxy answered a request itself, with a status of its own. */
export function refusedBy({ variable, authorization }: ProxyServer, status: number): ProxyFailure {
  const code = `PROXY_${status}`;
  if (status === 407) {
    const why = authorization === undefined ? 'asks for user and password' : 'refuses the user and password';
    return new ProxyFailure(variable, code, `${why} (407): ${LOGIN}`);
  }
  if (status >= 500) return new ProxyFailure(variable, code, `cannot reach the host (${status}): look into its log`);
  return new ProxyFailure(variable, code, `refuses to connect to the host (${status}): ${EXCEPT}`);
}

/** There was no connection to the proxy, or no answer of it. */
export function unreachable({ variable }: ProxyServer, error: unknown): ProxyFailure {
  const found = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
  const code = /^[A-Z0-9_]{1,60}$/.test(found) ? found : 'no answer';
  const remedy = 'correct the variable, or name the host in NO_PROXY';
  return new ProxyFailure(variable, `PROXY_${code}`, `cannot be reached (${code}): ${remedy}`);
}

function ask(url: URL, { target, headers }: { target: string; headers: Record<string, string> }): ClientRequest {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const options = { method: 'CONNECT', host, path: target, headers, agent: false, timeout: CONNECT_WITHIN_MS };
  if (url.protocol !== 'https:') return plainRequest({ ...options, port: portOf(url) });
  return tlsRequest({ ...options, port: portOf(url), ...(isIP(host) === 0 && { servername: host }) });
}
