import { Agent, buildConnector, request, type Dispatcher } from 'undici';
import { DIRECT, type Network, type ProxyServer } from './proxies.js';
import { openTunnel, refusedBy, unreachable } from './tunnel.js';

export interface SendOptions {
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | null;
  readonly headersTimeout?: number;
  readonly bodyTimeout?: number;
  readonly signal: AbortSignal;
}

/** Sends HTTP requests the way that leads to each place: directly, through a tunnel, or by a proxy that forwards. */
export interface HttpSender {
  /** Sends once, follows nothing. A connection that was not made is {@link NotConnected}. */
  send(url: URL, options: SendOptions): Promise<Dispatcher.ResponseData>;
  /** Ends whatever is under way. */
  close(): Promise<void>;
}

export interface HttpSenderOptions {
  readonly network?: Network | undefined;
  /** PEM; the only authorities trusted, in place of the built-in ones. */
  readonly ca?: string | undefined;
  readonly connectWithinMs?: number;
  /** Connections to one place at once; any number unless given. */
  readonly connections?: number;
  /** Of direct connections, in place of the usual one. */
  readonly connect?: buildConnector.connector;
  /** What a place behind a proxy may not be: the error, or undefined. */
  readonly refuse?: (hostname: string) => Error | undefined;
}

/** A failure from before there was a connection: no byte of the request has left. Its cause says why. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
}

export function createHttpSender(options: HttpSenderOptions): HttpSender {
  const { network = DIRECT, ca, connectWithinMs, connections, refuse = () => undefined } = options;
  const { proxies, userAgent } = network;
  const toTarget = buildConnector({
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca }),
    ...(connectWithinMs !== undefined && { timeout: connectWithinMs }),
  });
  const direct = options.connect ?? toTarget;
  const pool = connections === undefined ? {} : { connections };
  const agent = new Agent({
    ...pool,
    connect: marked((place, callback) => {
      const proxy = proxies.for(place);
      if (proxy === undefined) {
        direct(place, callback);
        return;
      }
      const refusal = refuse(place.hostname);
      const opened = refusal === undefined ? openTunnel(proxy, place, userAgent) : Promise.reject(refusal);
      opened.then(
        (httpSocket) => {
          toTarget({ ...place, httpSocket }, callback);
        },
        (error: unknown) => {
          callback(asError(error), null);
        },
      );
    }),
  });
  const forwarder = createForwarder(pool);
  return {
    async send(url, { headers: given, body = null, ...rest }) {
      const headers = { ...given, 'user-agent': userAgent };
      const proxy = url.protocol === 'http:' ? proxies.for(url) : undefined;
      if (proxy === undefined) return request(url, { dispatcher: agent, ...rest, body, headers });
      const refusal = refuse(url.hostname);
      if (refusal !== undefined) throw new NotConnected('refused', { cause: refusal });
      return forwarder.send(proxy, url, { ...rest, body, headers });
    },
    async close() {
      await Promise.all([agent.destroy(), forwarder.close()]);
    },
  };
}

/** Plain http by a proxy: the request goes to the proxy, with the whole address in its first line. */
function createForwarder(pool: { readonly connections?: number }) {
  const toProxy = buildConnector({ minVersion: 'TLSv1.2' });
  const agents = new Map<ProxyServer, Agent>();
  const agentFor = (proxy: ProxyServer): Agent => {
    const known = agents.get(proxy);
    if (known !== undefined) return known;
    const agent = new Agent({
      ...pool,
      connect: marked((place, callback) => {
        toProxy(place, (...[error, socket]) => {
          if (error) callback(unreachable(proxy, error), null);
          else callback(null, socket);
        });
      }),
    });
    agents.set(proxy, agent);
    return agent;
  };
  return {
    async send(proxy: ProxyServer, url: URL, { headers, ...rest }: SendOptions): Promise<Dispatcher.ResponseData> {
      const login = proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization };
      const answer = await agentFor(proxy).request({
        ...rest,
        origin: proxy.url.origin,
        path: `${url.origin}${url.pathname}${url.search}`,
        headers: { ...headers, ...login, host: url.host },
      });
      if (answer.statusCode !== 407) return answer;
      await answer.body.dump();
      throw new NotConnected('refused', { cause: refusedBy(proxy, answer.statusCode) });
    },
    close: () => Promise.all([...agents.values()].map((agent) => agent.destroy())),
  };
}

/** The same connector, whose failures say that nothing was sent. */
function marked(connect: buildConnector.connector): buildConnector.connector {
  return (place, callback) => {
    connect(place, (...[error, socket]) => {
      if (error) callback(new NotConnected('no connection', { cause: error }), null);
      else callback(null, socket);
    });
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
