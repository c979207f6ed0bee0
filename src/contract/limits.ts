/** Limits that schemas, clients and replayed code share: no zod here. */

/** Lists in payloads and results carry at most this many entries, with the full count beside them. */
export const LISTED_AT_MOST = 100;

/** Slices side by side, unless the request says otherwise; and at most: each is a query that the source works on. */
export const WIDTH = 3;
export const WIDTH_MOST = 20;

/** Windows of a lookback, at most. */
export const LOOKBACK_MOST = 60;

/** Extra slices of one backfill. Failures and what is left of one are no more: a retry asks for them, and they fit its request. */
export const SLICES_MOST = 120;

/** Failed slices after which a backfill starts no more: something is wrong that another slice will not fix. */
export const FAILURES_MOST = 40;
