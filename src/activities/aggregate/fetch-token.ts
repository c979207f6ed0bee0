import { cancellation } from '../interceptor.js';
import type { Ambient, QuerySource, TokenInfo } from '../../ports/index.js';

export type FetchedToken = Omit<TokenInfo, 'refreshAt'> & {
  /** How long it is young enough: a duration, because the clocks of worker and Temporal may differ. */
  readonly refreshInMs: number;
};

/** Makes sure that the organisation has a token that is young enough. What comes back identifies it; it is not it. */
export function fetchToken(deps: { source: QuerySource; ambient: Ambient }) {
  return async (input: { readonly org: string }): Promise<FetchedToken> => {
    const { fingerprint, expiresAt, scope, refreshAt } = await deps.source.token(input.org, cancellation());
    return { fingerprint, expiresAt, scope, refreshInMs: Math.max(0, Date.parse(refreshAt) - deps.ambient.now()) };
  };
}
