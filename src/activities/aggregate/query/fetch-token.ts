import { cancellation } from '../../interceptor.js';
import { sourceAt, type SourcePlace } from '../places.js';
import type { Ambient, Directory, TokenInfo } from '../../../ports/index.js';

export type FetchedToken = Omit<TokenInfo, 'refreshAt'> & {
  /** How long it is young enough: a duration, because the clocks of worker and Temporal may differ. */
  readonly refreshInMs: number;
  /** Fingerprint of the credentials that it was granted for. */
  readonly credential?: string;
};

/** Makes sure that the organisation has a token that is young enough. What comes back identifies it; it is not it. */
export function fetchToken(deps: { directory: Directory; ambient: Ambient }) {
  return async (place: SourcePlace): Promise<FetchedToken> => {
    const source = sourceAt(deps.directory, place);
    const { fingerprint, expiresAt, scope, refreshAt } = await source.token(cancellation());
    const refreshInMs = Math.max(0, Date.parse(refreshAt) - deps.ambient.now());
    const credential = deps.directory.rulesOf(place.org)?.credential;
    return { fingerprint, expiresAt, scope, refreshInMs, ...(credential !== undefined && { credential }) };
  };
}
