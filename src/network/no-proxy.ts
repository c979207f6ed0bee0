import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A host and its port; `URL` is one. */
export interface Place {
  /** As `URL` writes it, brackets of IPv6 or not. */
  readonly hostname: string;
  /** Empty: the usual one of the protocol. */
  readonly port: string;
  /** As `https:`. */
  readonly protocol: string;
}

type Rule = (host: string, port: string) => boolean;

/**
 * Reads `NO_PROXY`: entries between commas or blanks. `*` is everything; `example.com`, `.example.com` and
 * `*.example.com` are the domain and all below it; an address may be a range (`10.0.0.0/8`); each may end in a port.
 * Any other entry matches nothing.
 */
export function readNoProxy(text: string): (place: Place) => boolean {
  const rules = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(ruleOf);
  return (place) => {
    const host = plainHost(place.hostname);
    return rules.some((rule) => rule(host, portOf(place)));
  };
}

/** Whether a host is this machine, by its name or number. */
export function isThisMachine(hostname: string): boolean {
  const host = plainHost(hostname);
  if (isIP(host) === 0) return host === 'localhost' || host.endsWith('.localhost');
  return ['loopback', 'unspecified'].includes(ipaddr.process(host).range());
}

/** The port that a place is reached at. */
export function portOf({ port, protocol }: Place): string {
  return port !== '' ? port : protocol === 'https:' ? '443' : '80';
}

function ruleOf(entry: string): Rule {
  const { name, port } = split(entry.toLowerCase());
  const matches = matcherOf(name);
  return (host, at) => (port === undefined || port === at) && matches(host);
}

/** `[::1]:8080`, `example.com:8443`, and a bare IPv6 address, whose colons begin no port. */
function split(entry: string): { readonly name: string; readonly port: string | undefined } {
  const [, name = entry, port] = /^(\[[^\]]*\](?:\/\d+)?|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
  return { name: name.replace(/^\[(.*)\]/, '$1'), port };
}

function matcherOf(name: string): (host: string) => boolean {
  if (name === '*') return () => true;
  const [address = '', bits] = name.split('/');
  if (isIP(address) !== 0) return bits === undefined ? isSame(address) : isWithin(name);
  const domain = plainHost(name.replace(/^\*?\./, ''));
  return domain === '' ? () => false : (host) => host === domain || host.endsWith(`.${domain}`);
}

function isSame(address: string): (host: string) => boolean {
  const wanted = ipaddr.process(address).toString();
  return (host) => isIP(host) !== 0 && ipaddr.process(host).toString() === wanted;
}

function isWithin(range: string): (host: string) => boolean {
  if (!ipaddr.isValidCIDR(range)) return () => false;
  const [network, bits] = ipaddr.parseCIDR(range);
  return (host) => {
    if (isIP(host) === 0) return false;
    const address = ipaddr.process(host);
    return address.kind() === network.kind() && address.match(network, bits);
  };
}

function plainHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
