/** Why there is a revision, what of its rows is compared with the next one, and what the rows of a series look like. */
export const EXPLAIN = `
-- Names the rows as they were read last.
ALTER TABLE delivery_revisions ADD COLUMN output jsonb;
-- Null until they are known; of a revision from before, for ever.
ALTER TABLE delivery_revisions ADD COLUMN causes jsonb;

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
