import type { SourceQuery } from '../contract/request/request.js';
import type { RequestedKeys } from '../domain/row-verification.js';
import type { DigestedColumns } from '../pages/row-digests.js';

export interface TokenInfo {
  /** First 12 hex digits of the token's SHA-256. The token itself never leaves the worker process. */
  readonly fingerprint: string;
  readonly expiresAt: string;
  /** From here on a new one is fetched: at `max(expires_in − 300, expires_in / 2)` seconds of age. */
  readonly refreshAt: string;
  readonly scope: string;
}

export type LaterReason =
  'running' | 'not ready yet' | 'rate limited' | 'unavailable' | 'circuit open' | 'submission unknown';

/** Not an error: come back. `retryAfterMs` is the source's own wish, 1 s..1 h, absent when it had none. */
export interface Later {
  readonly state: 'later';
  readonly reason: LaterReason;
  readonly retryAfterMs?: number;
}

/** A 202 with a usable `Location`: path and query below `/api/v2/reporting/`, on the source's own origin. */
export interface Accepted {
  readonly state: 'accepted';
  readonly location: string;
  /** What the source calls the query; null where it does not say before it has a result. */
  readonly queryId: string | null;
}

/** One page as it came. */
export interface SourcePage {
  readonly state: 'page';
  /** The body, untouched. It is JSON that `JSON.parse` accepts, with an array `data` of objects. */
  readonly body: Uint8Array;
  /** Where the rows are, what they hold under the keys asked for, and what they hash to. */
  readonly columns: DigestedColumns;
  readonly queryId: string;
  readonly rows: number;
  readonly nextPageToken?: string;
  /** Rows of the whole result, where the source states them. */
  readonly totalCount?: number;
  /** The source says that it cut the result short. */
  readonly truncated: boolean;
}

/** The query is no longer there: 404, 410, or status `EXPIRED`. The workflow decides what a 404 means by the query's age. */
export interface Gone {
  readonly state: 'gone';
  readonly reason: '404' | '410' | 'expired';
}

export interface QuerySource {
  /** A valid token for the organisation: the cached one, or a fresh one once it is old enough. Single flight. */
  token(org: string, signal: AbortSignal): Promise<TokenInfo>;
  /** 429, 503 and an open circuit come as `later`: nothing runs upstream then. */
  submit(
    input: { org: string; query: SourceQuery; idempotencyKey: string },
    signal: AbortSignal,
  ): Promise<Accepted | Later>;
  /**
   * One GET of the result or, with a token, of one of its further pages.
   * A page whose rows have neither a date nor any of `keys` is not a result: `MalformedResponse`.
   */
  get(
    input: { org: string; location: string; keys: RequestedKeys; pageToken?: string },
    signal: AbortSignal,
  ): Promise<Later | Gone | SourcePage>;
}
