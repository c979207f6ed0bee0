import { isIP } from 'node:net';
import type { Network } from '../../network/proxies.js';
import { isPublicAddress } from './address-guard.js';

/** Where webhooks go. */
export interface WebhookAddress {
  /** From `parseDestinationUrl`. */
  readonly url: URL;
  /** `whsec_…`, each of them signs; none: deliveries are unsigned. */
  readonly secrets: readonly string[];
  /** Also plain http and addresses inside a network. */
  readonly allowPrivate: boolean;
  /** Sent along with every part; from `checkHeaders`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** PEM; the only authorities trusted, in place of the built-in ones. */
  readonly ca?: string;
  /** Proxies, and who asks; directly unless given. */
  readonly network?: Network;
  /** For one whole attempt; default 20 s. */
  readonly deadlineMs?: number;
  /** Sends bodies packed. */
  readonly gzip?: boolean;
  /** Parts under way at the same time; default 4. 1 keeps their order. */
  readonly concurrency?: number;
}

/**
 * Parses where a destination is: `https` and no address of a private network, unless it is marked private.
 * A name is checked when it is connected to, not here. Throws a `TypeError` whose message is one sentence without the
 * URL itself: its path or query may be a secret.
 */
export function parseDestinationUrl(text: string, allowPrivate: boolean): URL {
  if (!URL.canParse(text))
    throw new TypeError('The webhook URL cannot be parsed; write it like https://host.example/path.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
    throw new TypeError('The webhook URL must use https; plain http needs a destination that is marked private.');
  }
  if (url.username !== '' || url.password !== '') throw new TypeError('The webhook URL must not hold credentials.');
  // A password with an unescaped slash would make its user the host, and the rest of it the path.
  if (text.includes('@')) throw new TypeError('The webhook URL must not have an unescaped @; write %40.');
  if (text.includes('#')) throw new TypeError('The webhook URL must not have a fragment.');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!allowPrivate && (isLocalName(host) || (isIP(host) !== 0 && !isPublicAddress(host)))) {
    throw new TypeError(
      'The webhook URL names an address that is not public; mark the destination as private to allow it.',
    );
  }
  return url;
}

function isLocalName(host: string): boolean {
  return /(^|\.)localhost\.?$/.test(host);
}
