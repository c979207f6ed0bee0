import { isIPv4 } from 'node:net';

const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether a text is one lower-case DNS label. Nothing else may become part of a host name. */
export function isDnsLabel(text: string): boolean {
  return DNS_LABEL.test(text);
}

/** Where an organisation's API is unless configuration says otherwise. Throws unless the organisation is one DNS label. */
export function defaultBaseUrl(org: string): URL {
  if (!isDnsLabel(org)) {
    throw new TypeError(
      'An organisation must be one DNS label: lower-case letters, digits and inner hyphens, 63 at most.',
    );
  }
  return new URL(`https://${org}.cloud.nicecxone.com`);
}

/**
 * Parses the origin of a source's API: `https`, or `http` on loopback, without userinfo, path, query or fragment.
 * Throws a `TypeError` whose message is one sentence without the text itself.
 */
export function parseBaseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new TypeError('The base URL cannot be parsed; write it like https://host.example.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new TypeError('The base URL must use https; plain http is allowed for loopback only.');
  }
  if (url.username !== '' || url.password !== '') throw new TypeError('The base URL must not hold credentials.');
  if (url.pathname !== '/' || /[?#]/.test(text)) {
    throw new TypeError('The base URL must end after the host and port, without path, query or fragment.');
  }
  return url;
}

/** @param hostname as `URL` writes it */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}
