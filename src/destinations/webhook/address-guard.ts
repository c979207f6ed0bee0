import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, isIPv6, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';

/** A destination that is not marked private has an address inside some network. It was not connected to. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly address: string;

  constructor(address: string) {
    super(`address refused: ${address}`);
    this.address = address;
  }
}

/** Answers with every address of a name. */
export type Resolve = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const resolveByDns: Resolve = (hostname, callback) => {
  dnsLookup(hostname, { all: true }, callback);
};

const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Public by its number, and yet inside: Azure's agents and metadata answer every virtual machine there. */
const PLATFORM = '168.63.129.16';

/** Through it NAT64 reaches all of IPv4 (RFC 6052). The other one, 64:ff9b:1::/48, is each network's own: never public. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * Whether an IP address is public unicast. What stands for an IPv4 address is judged as that: mapped (::ffff:0:0/96), and
 * NAT64. 6to4 and Teredo, which carry one as well, are never public: nobody should serve anything there any more.
 */
export function isPublicAddress(address: string): boolean {
  // A zone names an interface of this machine.
  if (isIP(address) === 0 || address.includes('%')) return false;
  const parsed = withoutNat64(ipaddr.process(isIPv6(address) ? inHexadecimal(address) : address));
  if (parsed.toString() === PLATFORM) return false;
  // Outside 2000::/3 nothing is routed, yet `unicast` is what ipaddr.js calls whatever has no other name there.
  const reachable = parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST_V6);
  return reachable && parsed.range() === 'unicast';
}

function withoutNat64(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address instanceof ipaddr.IPv4 || !address.match(NAT64)) return address;
  return new ipaddr.IPv4(address.toByteArray().slice(-4));
}

/** ipaddr.js takes `::8.8.8.8`, as name services print an IPv4-compatible address, for the mapped `::ffff:8.8.8.8`. */
function inHexadecimal(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** A lookup that hands on addresses only when all of a name's are public: one private one among them is an attack or a mistake. */
export function publicOnlyLookup(resolve: Resolve = resolveByDns): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      if (error) {
        callback(error, '');
        return;
      }
      const refused = addresses.find(({ address }) => !isPublicAddress(address));
      const [first] = addresses;
      if (refused) callback(new AddressRefused(refused.address), '');
      else if (!first) callback(new AddressRefused('none'), '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Opens the connections of a guarded connector, with the lookup it must use. */
export type ConnectWith = (lookup: LookupFunction) => buildConnector.connector;

/** Names that no public name service has: what a proxy makes of them is inside its network. */
const INSIDE = /(^|\.)(localhost|local|internal|intranet|private|corp|home|lan|arpa)$|^[^.]*$/;

/** What of a host is seen before a proxy resolves it: a literal that is not public, or a name that cannot be. */
export function refuseBehindProxy(hostname: string): AddressRefused | undefined {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const isInside = isIP(host) === 0 ? INSIDE.test(host.toLowerCase()) : !isPublicAddress(host);
  return isInside ? new AddressRefused(host) : undefined;
}

/** @param ca PEM; the only authorities trusted, in place of the built-in ones */
export function byTls(ca?: string): ConnectWith {
  return (lookup) => buildConnector({ lookup, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) });
}

/**
 * An undici connector that reaches public unicast addresses only, and opens no connection to any other. It looks at
 * the literal host, for which no lookup is made, at every answer of the lookup it connects by (so that a name cannot
 * change between check and use), and at the peer it ended up with.
 */
export function publicOnlyConnector(
  resolve: Resolve = resolveByDns,
  connectWith: ConnectWith = byTls(),
): buildConnector.connector {
  const connect = connectWith(publicOnlyLookup(resolve));
  return (options, callback) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0 && !isPublicAddress(host)) {
      // Not at once: undici does not expect its callback before the connector has returned.
      queueMicrotask(() => {
        callback(new AddressRefused(host), null);
      });
      return;
    }
    connect(options, (...[error, socket]) => {
      if (error) {
        callback(error, null);
      } else if (isPublicAddress(socket.remoteAddress ?? '')) {
        callback(null, socket);
      } else {
        socket.destroy();
        callback(new AddressRefused(socket.remoteAddress ?? 'none'), null);
      }
    });
  };
}
