import { isLoopback } from '../http/base-url.js';
import { CxoneError, malformed } from '../http/errors.js';

/** Where CXone keeps results. */
const STORE_HOSTS = ['*.amazonaws.com'];
const LONGEST = 8_192;

/**
 * The place of a result: https on a host that is allowed; anything where the issuer is on loopback. What it says goes into no message: it
 * is signed, and opens the file to anyone who has it.
 */
export function resultUrl(text: unknown, issuer: URL, resultHosts: readonly string[] = []): URL {
  if (typeof text !== 'string' || text === '')
    throw malformed('page', 'names no address of the result', { status: 200 });
  const url = text.length <= LONGEST && URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isAllowed(url, issuer, [...STORE_HOSTS, ...resultHosts])) return url;
  const message =
    'The result of the job is on a host that is not allowed; nothing was sent there. Add it to `resultHosts` if it is right.';
  throw new CxoneError('InvalidLocation', message, { operation: 'page', effect: 'none' });
}

function isAllowed(url: URL, issuer: URL, hosts: readonly string[]): boolean {
  if (url.username !== '' || url.password !== '' || !/^https?:$/.test(url.protocol)) return false;
  if (isLoopback(issuer.hostname)) return true;
  if (url.protocol !== 'https:' || url.port !== '') return false;
  return hosts.some((host) => {
    const pattern = host.toLowerCase();
    return pattern.startsWith('*.') ? url.hostname.endsWith(pattern.slice(1)) : url.hostname === pattern;
  });
}
