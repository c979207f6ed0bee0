/** Everything that a bearer token may be sent to after a submission lies below this path. */
const RESULTS = '/api/v2/reporting/';
const LONGEST = 2_048;

/**
 * The place a `Location` names, or undefined unless it is an absolute path or an absolute URL of the base's own origin,
 * without userinfo or fragment, below `/api/v2/reporting/`. Joining it to the host as text instead would send the
 * bearer token to `…nicecxone.com.evil.example`.
 */
export function resolveLocation(location: string, base: URL): URL | undefined {
  if (location.length > LONGEST || !/^[\x21-\x7e]+$/.test(location) || /[\\#]/.test(location)) return undefined;
  if (!/^(\/(?!\/)|https?:\/\/[^/?@]+\/)/i.test(location) || !URL.canParse(location, base.href)) return undefined;
  const url = new URL(location, base);
  return url.origin === base.origin && isBelowResults(url.pathname) ? url : undefined;
}

/** `URL` has resolved `..` and `%2e%2e` by now; what is left are spellings that another server might still resolve. */
function isBelowResults(pathname: string): boolean {
  if (!pathname.startsWith(RESULTS) || pathname.length === RESULTS.length) return false;
  return pathname.split('/').every((segment) => {
    const decoded = percentDecoded(segment);
    return decoded !== undefined && !/[/\\%\p{C}]/u.test(decoded) && !/^\.{1,2}(;|$)/.test(decoded);
  });
}

function percentDecoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
