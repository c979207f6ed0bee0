/** What a version of a definition says: it says the same for ever. */
export const DEFINITIONS = `
CREATE TABLE definitions (
  org text NOT NULL,
  name text NOT NULL,
  hash text NOT NULL,
  first_used_at timestamptz NOT NULL,
  PRIMARY KEY (org, name)
);
`;

/** A run may have several deliveries: its claims say which. */
export const DELIVERIES_OF_A_RUN = `CREATE INDEX delivery_claims_by_run ON delivery_claims (run_key);
ALTER TABLE audit ADD COLUMN deliveries jsonb;`;
