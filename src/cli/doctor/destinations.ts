import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { Config } from '../../config/config.js';
import type { Destination } from '../../config/destinations.js';
import { ConfigError } from '../../config/errors.js';
import { AddressRefused, publicOnlyLookup } from '../../destinations/webhook/address-guard.js';
import { codeOf } from '../program/read-request.js';
import { unlessAborted } from '../../async/abort.js';
import { fail, ok, skipped, warn, type Check } from './check.js';

const DEADLINE_MS = 10_000;

/** Whether destinations could be delivered to, as far as that is seen without sending anything. */
export async function examineDestinations(config: Config): Promise<readonly Check[]> {
  const name = 'destination';
  if (!config.isSet('BI_WEBHOOK_URL')) {
    return [
      skipped(
        name,
        config.runningDev() ? 'not set here: the running `dev` has its own' : 'BI_WEBHOOK_URL is not set here',
      ),
    ];
  }
  const destinations = configured(config);
  if (destinations instanceof ConfigError) return [fail(name, destinations.message)];
  return Promise.all(Object.entries(destinations).map(([key, destination]) => examine(key, destination)));
}

function configured(config: Config): Readonly<Record<string, Destination>> | ConfigError {
  try {
    return config.destinations();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

async function examine(key: string, { url, secrets, allowPrivate }: Destination): Promise<Check> {
  const name = `destination ${key}`;
  try {
    const addresses = await unlessAborted(resolve(url.hostname, allowPrivate), AbortSignal.timeout(DEADLINE_MS));
    const found = `${url.origin} is at ${addresses.map(({ address }) => address).join(', ')}`;
    if (secrets.length > 0) return ok(name, `${found}; signed`);
    return warn(name, `${found}; not signed`, 'give it a secret (BI_WEBHOOK_SECRET), and the receiver the same');
  } catch (error) {
    if (error instanceof AddressRefused) {
      const remedy = 'name a public host, or mark the destination private (BI_WEBHOOK_PRIVATE=1) if it is meant';
      return fail(name, `${url.origin} has an address that is not public (${error.address})`, remedy);
    }
    return fail(
      name,
      `${url.host} cannot be looked up (${codeOf(error)})`,
      'correct the URL, or mend the name service',
    );
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
