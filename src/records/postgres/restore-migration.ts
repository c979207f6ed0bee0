/** What a restore of Postgres to an older backup needs: see `claim.ts` and `records fence`. */
export const RESTORE = `
-- Where revisions had numbers that these records forgot: the next one of every delivery is above the highest fence.
CREATE TABLE fences (
  above     integer PRIMARY KEY CHECK (above > 0),
  fenced_at timestamptz NOT NULL
);

-- The highest revision that the dataset store had when this one was claimed, where the ledger did not know it.
ALTER TABLE delivery_revisions ADD COLUMN store_had integer;

-- Up to when upkeep has looked. Set back with everything else, so that it looks again.
CREATE TABLE upkeep (
  name         text PRIMARY KEY,
  looked_until timestamptz NOT NULL
);
`;
