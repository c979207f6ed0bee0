import { createHash } from 'node:crypto';
import { unlessAborted } from '../../async/abort.js';
import type { Ambient, TokenInfo } from '../../ports/index.js';
import { CxoneError } from './errors.js';
import type { Grant } from './token-endpoint.js';

/** A token with what may be told of it. The value goes into one header and nowhere else. */
export interface Token {
  readonly value: string;
  readonly info: TokenInfo;
}

export interface TokenProvider {
  /** The cached token, or a fresh one once it is old enough. Callers at the same time share one request. */
  get(signal: AbortSignal): Promise<Token>;
  /** Forgets the token that was refused, unless another one has taken its place. */
  invalidate(fingerprint: string): void;
}

export interface TokenProviderOptions {
  /** Asks for a token. Bounded by a deadline of its own: one caller's abort must not end it for the others. */
  readonly grant: () => Promise<Grant>;
  readonly ambient: Ambient;
  /** Told of every token before it is used, so that a scrubber knows it. */
  readonly onToken?: ((token: string) => void) | undefined;
}

/** Sends with a token; a 401 costs that token and is answered with one fresh one, once. */
export async function sendWithToken<A extends { readonly status: number }>(
  tokens: TokenProvider,
  send: (token: Token) => Promise<A>,
  signal: AbortSignal,
): Promise<A> {
  const once = async (): Promise<A> => {
    const token = await tokens.get(signal);
    const answer = await send(token);
    if (answer.status === 401) tokens.invalidate(token.info.fingerprint);
    return answer;
  };
  const answer = await once();
  return answer.status === 401 ? once() : answer;
}

const REFRESH_AHEAD_S = 300;

/** The token of one organisation, in the memory of this process only. */
export function createTokenProvider({ grant, ambient, onToken }: TokenProviderOptions): TokenProvider {
  let cached: Token | undefined;
  let underWay: Promise<Token> | undefined;

  async function fetchToken(): Promise<Token> {
    // Age counts from before the request: a slow answer must not make a token look younger than it is.
    const askedAt = ambient.now();
    const granted = await grant();
    onToken?.(granted.token);
    cached = describe(granted, askedAt);
    return cached;
  }

  function refresh(): Promise<Token> {
    if (underWay) return underWay;
    underWay = fetchToken().finally(() => {
      underWay = undefined;
    });
    // Every caller may have left by the time it fails.
    underWay.catch(() => undefined);
    return underWay;
  }

  return {
    async get(signal) {
      signal.throwIfAborted();
      const present = cached;
      if (present && ambient.now() < Date.parse(present.info.refreshAt)) return present;
      try {
        return await unlessAborted(refresh(), signal);
      } catch (error) {
        // Tokens are refreshed early so that an endpoint that is down for a while costs nothing.
        const transient = error instanceof CxoneError && error.failureType === 'UpstreamUnavailable';
        if (transient && present && ambient.now() < Date.parse(present.info.expiresAt)) return present;
        throw error;
      }
    },
    invalidate(fingerprint) {
      if (cached?.info.fingerprint === fingerprint) cached = undefined;
    },
  };
}

function describe({ token, expiresInS, scope }: Grant, askedAt: number): Token {
  const refreshAfterS = Math.max(expiresInS - REFRESH_AHEAD_S, expiresInS / 2);
  return {
    value: token,
    info: {
      fingerprint: createHash('sha256').update(token).digest('hex').slice(0, 12),
      expiresAt: new Date(askedAt + expiresInS * 1_000).toISOString(),
      refreshAt: new Date(askedAt + refreshAfterS * 1_000).toISOString(),
      scope,
    },
  };
}
