/** Limits that schemas, clients and replayed code share: no zod here. */

/** Lists in payloads and results carry at most this many entries, with the full count beside them. */
export const LISTED_AT_MOST = 100;

/** Destinations of one request. */
export const DESTINATIONS_MOST = 5;

/** Rows that are delivered where nobody has set a limit: to a receiver of payloads, and to a place that takes rows. */
export const ROWS_SAMPLED = 5_000;
export const ROWS_ALL = 1_000_000_000;

/** Slices side by side, unless the request says otherwise; and at most: each is a query that the source works on. */
export const WIDTH = 3;
export const WIDTH_MOST = 20;

/** Windows of a lookback, at most. */
export const LOOKBACK_MOST = 60;

/** Extra slices of one backfill. Failures and what is left of one are no more: a retry asks for them, and they fit its request. */
export const SLICES_MOST = 120;

/** Failed slices after which a backfill starts no more: something is wrong that another slice will not fix. */
export const FAILURES_MOST = 40;
