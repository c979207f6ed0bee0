import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { unlessAborted } from '../../async/abort.js';
import { networkFailureOf } from '../../domain/network-failure.js';
import type { CheckStep } from '../../ports/index.js';
import { AddressRefused, publicOnlyLookup } from './address-guard.js';
import type { WebhookAddress } from './destination-url.js';

/** Whether webhooks could be delivered, as far as that is seen without sending anything. */
export async function* checkWebhook(
  { url, secrets, allowPrivate }: WebhookAddress,
  signal: AbortSignal,
): AsyncGenerator<CheckStep> {
  const reached = await reach(url, allowPrivate, signal);
  yield reached;
  if (reached.status === 'fail') return;
  yield secrets.length > 0
    ? { step: 'authenticate', status: 'ok', found: 'signed' }
    : {
        step: 'authenticate',
        status: 'warn',
        found: 'not signed',
        remedy: 'set a secret (BI_WEBHOOK_SECRET), and give the receiver the same one',
      };
}

async function reach({ origin, host, hostname }: URL, allowPrivate: boolean, signal: AbortSignal): Promise<CheckStep> {
  const step = 'reach';
  try {
    const addresses = await unlessAborted(resolve(hostname, allowPrivate), signal);
    return { step, status: 'ok', found: `${origin} is at ${addresses.map(({ address }) => address).join(', ')}` };
  } catch (error) {
    if (error instanceof AddressRefused) {
      const found = `${origin} has an address that is not public (${error.address})`;
      const remedy = 'use a public host, or mark the destination as private (BI_WEBHOOK_PRIVATE=1)';
      return { step, status: 'fail', found, remedy };
    }
    const code = signal.aborted ? 'timeout' : (networkFailureOf(error)?.code ?? 'unknown');
    const found = `${host} cannot be looked up (${code})`;
    return { step, status: 'fail', found, remedy: 'correct the URL, or fix the name service' };
  }
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
