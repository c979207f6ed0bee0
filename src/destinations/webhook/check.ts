import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { unlessAborted } from '../../async/abort.js';
import { networkFailureOf } from '../../domain/network-failure.js';
import type { CheckStep } from '../../ports/index.js';
import { DIRECT, type ProxyServer } from '../../network/proxies.js';
import { openTunnel, ProxyFailure } from '../../network/tunnel.js';
import { AddressRefused, publicOnlyLookup, refuseBehindProxy } from './address-guard.js';
import type { WebhookAddress } from './destination-url.js';

/** Whether webhooks could be delivered, as far as that is seen without sending anything. */
export async function* checkWebhook(address: WebhookAddress, signal: AbortSignal): AsyncGenerator<CheckStep> {
  const reached = await reach(address, signal);
  yield reached;
  if (reached.status === 'fail') return;
  const names = Object.keys(address.headers ?? {});
  const also = names.length === 0 ? '' : `, with the headers ${names.join(', ')}`;
  yield address.secrets.length > 0
    ? { step: 'authenticate', status: 'ok', found: `signed${also}` }
    : {
        step: 'authenticate',
        status: 'warn',
        found: `not signed${also}`,
        remedy: 'set a secret (BI_WEBHOOK_SECRET), and give the receiver the same one',
      };
}

async function reach(address: WebhookAddress, signal: AbortSignal): Promise<CheckStep> {
  const step = 'reach';
  const { origin, host } = address.url;
  try {
    return { step, status: 'ok', found: await unlessAborted(way(address), signal) };
  } catch (error) {
    if (error instanceof AddressRefused) {
      const found = `${origin} has an address that is not public (${error.address})`;
      const remedy = 'use a public host, or mark the destination as private (BI_WEBHOOK_PRIVATE=1)';
      return { step, status: 'fail', found, remedy };
    }
    if (error instanceof ProxyFailure) return { step, status: 'fail', found: `${origin}: ${error.message}` };
    const code = signal.aborted ? 'timeout' : (networkFailureOf(error)?.code ?? 'unknown');
    const found = `${host} cannot be looked up (${code})`;
    return { step, status: 'fail', found, remedy: 'correct the URL, or fix the name service' };
  }
}

/** How a delivery would get there. Behind a proxy, the proxy alone looks names up. */
async function way({ url, allowPrivate, network = DIRECT }: WebhookAddress): Promise<string> {
  const proxy = network.proxies.for(url);
  if (proxy !== undefined) return throughProxy(proxy, url, allowPrivate, network.userAgent);
  const addresses = await resolve(url.hostname, allowPrivate);
  return `${url.origin} is at ${addresses.map(({ address }) => address).join(', ')}`;
}

async function throughProxy(proxy: ProxyServer, url: URL, allowPrivate: boolean, userAgent: string): Promise<string> {
  const refusal = allowPrivate ? undefined : refuseBehindProxy(url.hostname);
  if (refusal !== undefined) throw refusal;
  // Of plain http a proxy is asked for nothing before the request itself.
  if (url.protocol === 'https:') (await openTunnel(proxy, url, userAgent)).destroy();
  return `${url.origin} through the proxy in ${proxy.variable}`;
}

/** Every address of a host, as a delivery would get them. */
function resolve(hostname: string, allowPrivate: boolean): Promise<readonly LookupAddress[]> {
  const lookup = allowPrivate ? dnsLookup : publicOnlyLookup();
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((found, failed) => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error) failed(error);
      else found(Array.isArray(addresses) ? addresses : [{ address: addresses, family: 0 }]);
    });
  });
}
