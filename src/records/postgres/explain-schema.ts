import { REFRESH_WINDOWS } from '../windows/refresh-windows.js';

/** Why there is a revision, what of its rows is compared with the next one, and what the rows of a series look like. */
export const EXPLAIN = `
-- Names the rows as they were read last.
ALTER TABLE delivery_revisions ADD COLUMN output jsonb;
-- Null until they are known; of a revision from before, for ever.
ALTER TABLE delivery_revisions ADD COLUMN causes jsonb;

-- What the destination has of a window: read for every window of every series at once. See ADR 14.
ALTER TABLE windows
  ADD COLUMN revision        integer,
  ADD COLUMN newest_revision integer,
  ADD COLUMN corrections     integer NOT NULL DEFAULT 0,
  ADD COLUMN delivered_at    timestamptz,
  ADD COLUMN claimed_at      timestamptz,
  -- Buckets without rows, and the labels of the first of them as JSON, as the last reading found them.
  ADD COLUMN missing_count   integer,
  ADD COLUMN missing         text;
${REFRESH_WINDOWS};

-- Lists of runs begin with the newest.
CREATE INDEX runs_by_start ON runs (started_at DESC, run_key DESC);

-- Fields of the rows of a series, and of which type their values were, as the last run found them.
CREATE TABLE series_shapes (
  org       text NOT NULL,
  series    text NOT NULL,
  -- JSON: a name may have a NUL, which jsonb does not take.
  shape     text NOT NULL,
  -- As it was before that run, which compares again when it is repeated.
  before    text,
  run_key   text NOT NULL,
  -- End of the newest window: an older one is compared and not remembered.
  window_to timestamptz NOT NULL,
  PRIMARY KEY (org, series)
);
`;
