import { percentDecoded } from './percent-decoded.js';
import { isThisMachine, readNoProxy, type Place } from './no-proxy.js';

/** A proxy, as a variable names it. */
export interface ProxyServer {
  /** Without user and password. */
  readonly url: URL;
  /** Value of `Proxy-Authorization`. */
  readonly authorization?: string;
  /** That named it: what a sentence blames. */
  readonly variable: string;
}

/** Which way leads to a place. */
export interface Proxies {
  /** The proxy for a place; undefined: it is connected to directly. */
  for(place: Place): ProxyServer | undefined;
}

/** How this process reaches other systems by HTTP. */
export interface Network {
  readonly proxies: Proxies;
  /** Of every request: `cxone-journey-metrics/<version>`. */
  readonly userAgent: string;
}

export const PRODUCT = 'cxone-journey-metrics';

/** Without proxies, for what is put together by hand. */
export const DIRECT: Network = { proxies: { for: () => undefined }, userAgent: PRODUCT };

export interface ProxySettings {
  /** For https. */
  readonly https?: ProxyServer;
  /** For plain http. */
  readonly http?: ProxyServer;
  /** As `NO_PROXY` writes it. */
  readonly noProxy?: string;
}

/** This machine is never reached through a proxy, whatever the settings say. */
export function createProxies({ https, http, noProxy = '' }: ProxySettings): Proxies {
  const isExcepted = readNoProxy(noProxy);
  return {
    for(place) {
      if (isThisMachine(place.hostname) || isExcepted(place)) return undefined;
      return place.protocol === 'https:' ? https : http;
    },
  };
}

/** A plain host and port are a proxy that is spoken to in plain http, as everybody has it. */
const WITHOUT_SCHEME = /^(?![a-z][a-z0-9+.-]*:\/\/)/i;
const FORM = 'write it like http://host:3128, or http://user:password@host:3128 with both percent-encoded';

/**
 * Reads the address of a proxy: `http://user:password@host:port`, or `https://…`; without a scheme it is http.
 * Throws a `TypeError` whose message is one sentence without the text itself.
 */
export function parseProxy(text: string): Omit<ProxyServer, 'variable'> {
  if (/^socks/i.test(text)) throw new TypeError(`A proxy must speak http, SOCKS is not supported; ${FORM}.`);
  const address = text.replace(WITHOUT_SCHEME, 'http://');
  if (!URL.canParse(address)) throw new TypeError(`The address of a proxy cannot be parsed; ${FORM}.`);
  const { protocol, origin, pathname, search, hash, username, password } = new URL(address);
  if (!/^https?:$/.test(protocol) || pathname !== '/' || search !== '' || hash !== '') {
    throw new TypeError(`The address of a proxy must end after its port; ${FORM}.`);
  }
  const url = new URL(origin);
  if (username === '' && password === '') return { url };
  const login = `${decoded(username)}:${decoded(password)}`;
  return { url, authorization: `Basic ${Buffer.from(login).toString('base64')}` };
}

function decoded(text: string): string {
  return percentDecoded(text) ?? text;
}
