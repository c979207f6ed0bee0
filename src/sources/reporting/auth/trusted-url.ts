import { isLoopback } from '../../http/base-url.js';

/** Below these the vendor serves issuers and APIs. */
const VENDOR_HOSTS = ['*.niceincontact.com', '*.nice-incontact.com', '*.nicecxone.com', '*.incontact.com'];
const LONGEST = 2_048;

/** Who says where things are, and what may be believed of it. */
export interface Trust {
  readonly issuer: URL;
  /** More hosts, exact or as `*.example.com`. */
  readonly hosts?: readonly string[] | undefined;
}

/**
 * The place that an answer names for credentials or tokens, or undefined unless it is https on the issuer's own host,
 * on one of the vendor's or on one that configuration trusts. Plain http only from loopback to loopback.
 */
export function trustedUrl(text: unknown, { issuer, hosts = [] }: Trust): URL | undefined {
  if (typeof text !== 'string' || text.length > LONGEST || !/^https?:\/\/[\x21-\x7e]+$/i.test(text)) return undefined;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return undefined;
  if (isLoopback(issuer.hostname) && isLoopback(url.hostname)) return url;
  if (url.protocol !== 'https:') return undefined;
  return url.host === issuer.host || isBelow(url, [...VENDOR_HOSTS, ...hosts]) ? url : undefined;
}

/** Only on the usual port: another one of the same host is somebody else's server. */
function isBelow({ hostname, port }: URL, patterns: readonly string[]): boolean {
  return port === '' && patterns.some((pattern) => hostMatches(hostname, pattern.toLowerCase()));
}

function hostMatches(hostname: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern;
}
