/** Slices side by side, unless the request says otherwise; and at most: each is a query that the source works on. */
export const WIDTH = 3;
export const WIDTH_MOST = 20;

/** Windows of a lookback, at most. */
export const LOOKBACK_MOST = 60;

/** Failed slices after which a backfill starts no more: something is wrong that another slice will not mend. */
export const FAILURES_MOST = 40;
