/** Why a request got no complete answer. Both are safe to log, store and show. */
export interface NetworkFailure {
  readonly kind: NetworkFailureKind;
  /** As the runtime names it, e.g. `CERT_HAS_EXPIRED`. */
  readonly code: string;
}

export type NetworkFailureKind = 'timeout' | 'refused' | 'unreachable' | 'dns' | 'tls' | 'reset' | 'not http' | 'proxy';

const KINDS: readonly (readonly [RegExp, NetworkFailureKind])[] = [
  [/^PROXY_/, 'proxy'],
  [/^(UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT|ETIMEDOUT)$/, 'timeout'],
  [/^ECONNREFUSED$/, 'refused'],
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/, 'unreachable'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'dns'],
  [/^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH$|EPROTO$)/, 'tls'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_(SOCKET|CLOSED|DESTROYED|ABORTED))$/, 'reset'],
  [/^(HPE_|UND_ERR_(HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH)$)/, 'not http'],
];

/** Sorts an error of a socket or of undici by its code; undefined when the network is not to blame for it. */
export function networkFailureOf(error: unknown): NetworkFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : codeByName(error.name);
  const kind = KINDS.find(([pattern]) => pattern.test(code))?.[1];
  return kind && { kind, code };
}

/** undici's parser leaves out the code of some of its errors. */
function codeByName(name: string): string {
  return name === 'HTTPParserError' ? 'HPE_INVALID' : '';
}
