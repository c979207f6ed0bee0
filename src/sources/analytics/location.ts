import { percentDecoded } from '../../network/percent-decoded.js';

/** Everything that a bearer token may be sent to after a submission lies below this path. */
const RESULTS = '/api/v2/reporting/';
/** Where queries are submitted: no result is there. */
export const SUBMIT_PATH = '/api/v2/reporting/analytics';
const LONGEST = 2_048;

/** An absolute URL with a host and a path, a path, or what is resolved against the request's own path. */
const ABSOLUTE = /^https?:\/\/[^/?@]+\//i;
const PATH = /^\/(?!\/)/;
const RELATIVE = /^(?:\.{1,2}\/)*[A-Za-z\d][\w.~-]*(?:\/|$)/;

/**
 * The place a `Location` names, resolved against the request that it answers; undefined unless that is on the request's
 * own origin, without userinfo or fragment, below `/api/v2/reporting/`. Joining it to the host as text instead would
 * send the bearer token to `…nicecxone.com.evil.example`. A balancer that ends TLS may say `http:` of an `https:` host:
 * then the result is asked for by `https:`, never the other way round.
 */
export function resolveLocation(location: string, request: URL): URL | undefined {
  if (location.length > LONGEST || !/^[\x21-\x7e]+$/.test(location) || /[\\#]/.test(location)) return undefined;
  const isReference = [ABSOLUTE, PATH, RELATIVE].some((form) => form.test(location));
  if (!isReference || !URL.canParse(location, request.href)) return undefined;
  const url = upgraded(new URL(location, request), request);
  return url.origin === request.origin && isBelowResults(url.pathname) ? url : undefined;
}

function upgraded(url: URL, { protocol, hostname, port, origin }: URL): URL {
  const isDowngrade = protocol === 'https:' && url.protocol === 'http:' && url.hostname === hostname;
  if (!isDowngrade || (url.port !== '' && url.port !== port)) return url;
  return new URL(url.pathname + url.search, origin);
}

/**
 * What the place of a result calls its query: the last segment below `…/results/`, or any last segment with a digit in
 * it. Undefined for a place whose last segment is a word, such as `…/status`.
 */
export function queryNamedBy({ pathname }: URL): string | undefined {
  const segments = pathname.split('/').filter((segment) => segment !== '');
  const last = segments.at(-1);
  if (last === undefined || (segments.at(-2) !== 'results' && !/\d/.test(last))) return undefined;
  return percentDecoded(last);
}

/** `URL` has resolved `..` and `%2e%2e` by now; what is left are spellings that another server might still resolve. */
function isBelowResults(pathname: string): boolean {
  if (!pathname.startsWith(RESULTS) || pathname.length === RESULTS.length || pathname === SUBMIT_PATH) return false;
  return pathname.split('/').every((segment) => {
    const decoded = percentDecoded(segment);
    return decoded !== undefined && !/[/\\%\p{C}]/u.test(decoded) && !/^\.{1,2}(;|$)/.test(decoded);
  });
}
